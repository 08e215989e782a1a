import { parsed } from "./json.ts";
import { isRestartExpected } from "./restart.ts";

/** An answer that is not a success, or no answer at all (status 0). */
export class HttpError extends Error {
  readonly status: number;
  /** The JSON body, if there was one. */
  readonly body: unknown;

  constructor(status: number, message: string, body?: unknown) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Blob;
  readonly signal?: AbortSignal;
  /** Default: 30 seconds. */
  readonly timeoutMs?: number;
}

const AWAY = "The app does not answer. Start it: this page tries again by itself.";
const RESTARTING = "The host was killed, and is starting again: this page goes on by itself.";
const TIMEOUT_MS = 30_000;

/** Sends a request to the page's own server. @throws {HttpError} unless the answer is a success */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const response = await sendAny(path, call);
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** As {@link send}, with the JSON of the answer. */
export async function sendJson<T>(path: string, call: Call = {}): Promise<T> {
  return (await (await send(path, call)).json()) as T;
}

/** Returns every answer, also an error. @throws {HttpError} only without an answer */
export async function sendAny(
  path: string,
  { method = "GET", headers, json, body, signal, timeoutMs = TIMEOUT_MS }: Call,
): Promise<Response> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(path, {
      method,
      headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
      ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined && { body }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      cache: "no-store",
      redirect: "error",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new HttpError(0, isRestartExpected() ? RESTARTING : AWAY);
  }
}

/** The text that people need: what is wrong, as the app or the extension says it. */
async function errorOf(response: Response): Promise<HttpError> {
  const text = await response.text().catch(() => "");
  const body = parsed(text);
  return new HttpError(response.status, messageOf(response.status, body), body);
}

export function messageOf(status: number, body: unknown): string {
  if (typeof body === "string" && body !== "") return body;
  if (typeof body === "object" && body !== null) {
    const { error, detail, title, ExceptionMessage, Message } = body as Readonly<Record<string, unknown>>;
    const found = [error, detail, ExceptionMessage, Message, title].find(
      (text) => typeof text === "string" && text !== "",
    );
    if (found !== undefined) return found as string;
  }
  return STATUS_TEXTS[status] ?? `The app answered ${status}.`;
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  401: "The app refused the key. Start the console again with a valid key.",
  403: "The app does not allow this.",
  404: "There is no such thing (any more).",
  410: "The instance has already ended.",
  502: "The console cannot reach the app. Is it running?",
};
