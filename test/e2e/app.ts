import { randomUUID } from "node:crypto";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, inject } from "vitest";
import { Api, type Resource } from "../../tools/tour/api.ts";

const { base, key, storage } = inject("app");

/** The app under test. */
export const api = new Api(base, key);

/** Whether mails can be read and messages can be sent to queues, which needs the app's storage. */
export const hasStorage = storage !== undefined;

/** A name that no other run has: lower-case letters and digits. */
export const unique = (what: string) => `${what}-${randomUUID().slice(0, 13)}`;

export const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  api.call("POST", path, {
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const started = new Set<string>();

/** All processes that a file of this suite has started must have ended with the file. */
afterAll(async () => {
  const left: string[] = [];
  for (const id of started) {
    const answer = await api.call("GET", `/api/instances/${id}`);
    const { status } =
      answer.status === 404 ? { status: "gone" } : ((await answer.json()) as { status: string });
    if (!["completed", "failed", "canceled", "gone"].includes(status)) left.push(`${id}: ${status}`);
  }
  if (left.length > 0) throw new Error(`Still running: ${left.join(", ")}`);
});

/** Starts a process that must be accepted, checks the response, and returns its URL and id. */
export async function start(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await post(path, body, headers);
  if (response.status !== 202) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  const accepted = (await response.json()) as { id: string; status: string; links: { self: string } };
  const location = response.headers.get("location");
  if (location !== accepted.links.self || accepted.status !== "pending") {
    throw new Error(`POST ${path} returned ${JSON.stringify(accepted)} with Location ${location}`);
  }
  if (!/^\d+$/.test(response.headers.get("retry-after") ?? "")) throw new Error("No Retry-After");
  started.add(accepted.id);
  return { id: accepted.id, url: accepted.links.self };
}

/** Starts a process and waits for its end. */
export async function run<Progress = object, Result = { kind: string }>(
  path: string,
  body: unknown,
): Promise<Resource<Progress, Result>> {
  const { url } = await start(path, body);
  return api.watch<Progress, Result>(url, undefined, 100);
}

/** A problem response by RFC 9457: its status and the first invalid field. @throws {Error} if it is not a problem */
export async function problemIn(answer: Response | Promise<Response>) {
  const response = await answer;
  const type = response.headers.get("content-type");
  if (type !== "application/problem+json") {
    throw new Error(`${response.status} with ${type}: ${await response.text()}`);
  }
  const problem = (await response.json()) as {
    type: string;
    status: number;
    detail: string;
    errors?: { pointer: string }[];
  };
  if (problem.status !== response.status) throw new Error(`The body says ${problem.status}`);
  return { status: problem.status, pointer: problem.errors?.[0]?.pointer, detail: problem.detail };
}

const queues = storage && QueueServiceClient.fromConnectionString(storage.connectionString);

/** Puts a message into one of the app's queues. */
export async function enqueue(queue: string, message: unknown): Promise<void> {
  const text = Buffer.from(JSON.stringify(message)).toString("base64");
  const client = queues?.getQueueClient(`${storage?.prefix}-${queue}`);
  await client?.createIfNotExists();
  await client?.sendMessage(text);
}

const MAILS_AT_ONCE = 32;

/** The texts of the mails to a receiver so far; they stay in the queue. */
export async function mailsTo(to: string): Promise<string[]> {
  const outbox = queues?.getQueueClient(`${storage?.prefix}-outbox`);
  const texts = new Set<string>();
  for (let pages = 0; pages < 100; pages++) {
    const page = await outbox?.receiveMessages({ numberOfMessages: MAILS_AT_ONCE, visibilityTimeout: 1 });
    const mails = page?.receivedMessageItems ?? [];
    for (const { messageText } of mails) {
      const mail = JSON.parse(messageText) as { to: string; text: string };
      if (mail.to === to) texts.add(mail.text);
    }
    if (mails.length < MAILS_AT_ONCE) break;
  }
  return [...texts];
}
