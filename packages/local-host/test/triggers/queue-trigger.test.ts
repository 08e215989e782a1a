import { randomBytes } from "node:crypto";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { expect, inject, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

process.env["AzureWebJobsStorage"] = inject("storage");
const queues = QueueServiceClient.fromConnectionString(inject("storage"));
const blobs = BlobServiceClient.fromConnectionString(inject("storage"));

const FAST = JSON.stringify({
  version: "2.0",
  extensions: { queues: { maxPollingInterval: "00:00:00.100", maxDequeueCount: 3 } },
});

function uniqueName(): string {
  return `q${randomBytes(6).toString("hex")}`;
}

function seen(): unknown[] {
  return (globalThis as { seenMessages?: unknown[] }).seenMessages ?? [];
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function texts(queue: string): Promise<string[]> {
  const client = queues.getQueueClient(queue);
  if (!(await client.exists())) return [];
  const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, "base64").toString());
}

test("messages reach the function once each, with their metadata, and are deleted", async () => {
  const queue = uniqueName();
  process.env["INBOX"] = queue;
  await queues.createQueue(queue);
  await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app } from "@azure/functions";
const seen = globalThis.seenMessages = [];
app.storageQueue("inbox", { queueName: "%INBOX%", connection: "AzureWebJobsStorage", handler: (message, context) => {
  const { queueTrigger, dequeueCount, id, sku } = context.triggerMetadata;
  seen.push({ message, queueTrigger, dequeueCount, idLength: id.length, sku }); } });`,
    }),
  );
  const client = queues.getQueueClient(queue);
  await client.sendMessage(base64("plain"));
  await client.sendMessage(base64('{"sku":"mug"}'));
  await expect.poll(() => seen().length, { timeout: 5000 }).toBe(2);
  expect(seen()).toEqual(
    expect.arrayContaining([
      { message: "plain", queueTrigger: "plain", dequeueCount: 1, idLength: 36 },
      {
        message: { sku: "mug" },
        queueTrigger: { sku: "mug" },
        dequeueCount: 1,
        idLength: 36,
        sku: "mug",
      },
    ]),
  );
  await expect.poll(async () => (await client.getProperties()).approximateMessagesCount).toBe(0);
});

test("a message that always fails is moved to the poison queue after the last attempt", async () => {
  const queue = uniqueName();
  await queues.createQueue(queue);
  await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app } from "@azure/functions";
const seen = globalThis.seenMessages = [];
app.storageQueue("inbox", { queueName: "${queue}", connection: "AzureWebJobsStorage", handler: (message, context) => {
  seen.push(context.triggerMetadata.dequeueCount); throw new Error("no"); } });`,
    }),
  );
  await queues.getQueueClient(queue).sendMessage(base64("bad apple"));
  await expect.poll(() => texts(`${queue}-poison`), { timeout: 5000 }).toEqual(["bad apple"]);
  expect(seen()).toEqual([1, 2, 3]);
  await expect.poll(() => texts(queue)).toEqual([]);
});

test("a message without remaining attempts is moved to the poison queue immediately", async () => {
  const queue = uniqueName();
  await queues.createQueue(queue);
  const client = queues.getQueueClient(queue);
  await client.sendMessage(base64("left over"));
  for (let taken = 0; taken < 3; taken++) {
    const [message] = (await client.receiveMessages()).receivedMessageItems;
    await client.updateMessage(message?.messageId ?? "", message?.popReceipt ?? "", undefined, 0);
  }
  await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app } from "@azure/functions";
const seen = globalThis.seenMessages = [];
app.storageQueue("inbox", { queueName: "${queue}", connection: "AzureWebJobsStorage", handler: (message) => {
  seen.push(message); } });`,
    }),
  );
  await expect.poll(() => texts(`${queue}-poison`), { timeout: 5000 }).toEqual(["left over"]);
  expect(seen()).toEqual([]);
});

test("a queue name that storage refuses is reported once, with the reason", async () => {
  const { logs } = await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app } from "@azure/functions";
app.storageQueue("inbox", { queueName: "Not_A_Name", connection: "AzureWebJobsStorage", handler: () => {} });`,
    }),
  );
  const told = () => logs.filter(({ level }) => level === "warning").map(({ message }) => message);
  await expect.poll(told, { timeout: 5000 }).not.toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(told()).toEqual([
    'Queue "Not_A_Name" cannot be read: The specified resource name contains invalid characters. (InvalidResourceName)',
  ]);
});

test("a message that is not base64 is moved to the poison queue unchanged", async () => {
  const queue = uniqueName();
  await queues.createQueue(queue);
  await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app } from "@azure/functions";
app.storageQueue("inbox", { queueName: "${queue}", connection: "AzureWebJobsStorage", handler: () => {} });`,
    }),
  );
  await queues.getQueueClient(queue).sendMessage("not base64!");
  const poison = queues.getQueueClient(`${queue}-poison`);
  await expect
    .poll(
      async () => (await poison.exists()) && (await poison.peekMessages()).peekedMessageItems[0]?.messageText,
      { timeout: 5000 },
    )
    .toBe("not base64!");
});

test("outputs go to queues and blobs, from an HTTP function, too", async () => {
  const queue = uniqueName();
  const container = uniqueName();
  const { host } = await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app, output } from "@azure/functions";
const seen = globalThis.seenMessages = [];
const jobs = output.storageQueue({ queueName: "${queue}", connection: "AzureWebJobsStorage" });
const file = output.storageBlob({ path: "${container}/in/{name}.txt", connection: "AzureWebJobsStorage" });
const done = output.storageBlob({ path: "${container}/done/{order.id}-{dequeueCount}.json", connection: "AzureWebJobsStorage" });
app.http("post", { route: "post/{name}", methods: ["POST"], extraOutputs: [jobs, file], handler: async (request, context) => {
  const text = await request.text();
  context.extraOutputs.set(jobs, [{ order: { id: "o1" }, text }, "second"]);
  context.extraOutputs.set(file, text);
  return { status: 202 };
} });
app.storageQueue("work", { queueName: "${queue}", connection: "AzureWebJobsStorage", return: done, handler: (message) => {
  seen.push(message); return typeof message === "string" ? undefined : { packed: message.text }; } });`,
    }),
  );
  const response = await fetch(`${host.url}/api/post/note`, { method: "POST", body: "hello" });
  expect(response.status).toBe(202);
  await expect.poll(() => seen().length, { timeout: 5000 }).toBe(2);
  expect(seen()).toEqual(expect.arrayContaining([{ order: { id: "o1" }, text: "hello" }, "second"]));
  const blob = async (name: string): Promise<string> => {
    const client = blobs.getContainerClient(container).getBlobClient(name);
    return (await client.exists()) ? (await client.downloadToBuffer()).toString() : "";
  };
  expect(await blob("in/note.txt")).toBe("hello");
  await expect.poll(() => blob("done/o1-1.json")).toBe('{"packed":"hello"}');
});

test("each element of a JSON array is a message, even if the array is text", async () => {
  const queue = uniqueName();
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app, output } from "@azure/functions";
const job = output.storageQueue({ queueName: "${queue}", connection: "AzureWebJobsStorage" });
app.http("post", { methods: ["POST"], extraOutputs: [job], handler: async (request, context) => {
  context.extraOutputs.set(job, await request.text()); return {}; } });`,
    }),
  );
  for (const text of ['["a",{"n":1}]', '{"n":2}', "[not an array"]) {
    expect((await fetch(`${host.url}/api/post`, { method: "POST", body: text })).status).toBe(200);
  }
  expect(await texts(queue)).toEqual(["a", '{"n":1}', '{"n":2}', "[not an array"]);
});

test("names and paths of outputs may refer to the request", async () => {
  const queue = uniqueName();
  const container = uniqueName();
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app, output } from "@azure/functions";
const connection = "AzureWebJobsStorage";
const job = output.storageQueue({ queueName: "${queue}-{kind}", connection });
const file = output.storageBlob({ path: "${container}/{Query.n}/{headers.x-shop}/{id}-{order.sku}.txt", connection });
app.http("post", { route: "post/{id}", extraOutputs: [job, file], handler: (request, context) => {
  context.extraOutputs.set(job, "work"); context.extraOutputs.set(file, "content"); return {}; } });`,
    }),
  );
  const response = await fetch(`${host.url}/api/post/9?n=1`, {
    method: "POST",
    headers: { "x-shop": "north", "content-type": "application/json" },
    body: JSON.stringify({ kind: "mug", order: { sku: "m1" } }),
  });
  expect(response.status).toBe(200);
  expect(await texts(`${queue}-mug`)).toEqual(["work"]);
  expect(await blobs.getContainerClient(container).getBlobClient("1/north/9-m1.txt").exists()).toBe(true);
});

test("an HTTP function whose output cannot be written returns 500", async () => {
  const { host, logs } = await startedHost(
    appFolder({
      "app.mjs": `import { app, output } from "@azure/functions";
const out = output.storageQueue({ queueName: "q", connection: "Nowhere" });
app.http("post", { extraOutputs: [out], handler: (_, context) => { context.extraOutputs.set(out, "x"); return {}; } });`,
    }),
  );
  expect((await fetch(`${host.url}/api/post`)).status).toBe(500);
  expect(logs.at(-1)?.message).toBe(
    `Its output could not be written: The setting "Nowhere" is missing: it must hold a storage connection string.`,
  );
});

test("outputs of activities and entities are written; an output that cannot be written fails the activity", async () => {
  const queue = uniqueName();
  const { host } = await startedHost(
    appFolder({
      "host.json": FAST,
      "app.mjs": `import { app, output } from "@azure/functions"; import * as df from "durable-functions";
const jobs = output.storageQueue({ queueName: "${queue}", connection: "AzureWebJobsStorage" });
const nowhere = output.storageQueue({ queueName: "q", connection: "Nowhere" });
df.app.activity("sends", { extraOutputs: [jobs], handler: (input, context) => {
  context.extraOutputs.set(jobs, "from " + input); return "sent"; } });
df.app.activity("loses", { extraOutputs: [nowhere], handler: (input, context) => {
  context.extraOutputs.set(nowhere, "x"); } });
df.app.entity("Sender", { extraOutputs: [jobs], handler: (context) => {
  context.extraOutputs.set(jobs, "from an entity"); context.df.return("done"); } });
df.app.orchestration("all", function* (context) {
  const sent = yield context.df.callActivity("sends", "an activity");
  const entity = yield context.df.callEntity(new df.EntityId("Sender", "k"), "op");
  try { yield context.df.callActivity("loses"); } catch (error) { return [sent, entity, error.message]; } });`,
    }),
  );
  const id = await host.hub.start({ name: "all", input: null });
  const { output } = await host.engine.waitForCompletion(id);
  expect(JSON.parse(output ?? "")).toEqual([
    "sent",
    "done",
    expect.stringContaining(`Activity function 'loses' failed: The setting "Nowhere" is missing`),
  ]);
  expect(await texts(queue)).toEqual(["from an activity", "from an entity"]);
});
