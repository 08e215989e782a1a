import { randomBytes } from "node:crypto";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { expect, inject, test } from "vitest";
import { createLocalHost } from "../../src/host.ts";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

process.env["AzureWebJobsStorage"] = inject("storage");
const blobs = BlobServiceClient.fromConnectionString(inject("storage"));
const queues = QueueServiceClient.fromConnectionString(inject("storage"));

interface Seen {
  readonly text: string;
  readonly isBuffer: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

const seen = new Map<string, Seen[]>();
(globalThis as { see?: unknown }).see = (container: string, blob: unknown, context: object): void => {
  const { triggerMetadata } = context as { triggerMetadata: Record<string, unknown> };
  seenIn(container).push({ text: String(blob), isBuffer: Buffer.isBuffer(blob), data: triggerMetadata });
};

function seenIn(container: string): Seen[] {
  const list = seen.get(container) ?? [];
  seen.set(container, list);
  return list;
}

function uniqueName(): string {
  return `c${randomBytes(6).toString("hex")}`;
}

async function put(container: string, name: string, content: string | Buffer, metadata = {}): Promise<void> {
  const client = blobs.getContainerClient(container);
  await client.createIfNotExists();
  await client.getBlockBlobClient(name).uploadData(Buffer.from(content), {
    metadata,
    blobHTTPHeaders: { blobContentType: "text/plain" },
  });
}

/** An app with one function; `path` and `handler` may contain CONTAINER. */
function blobApp(container: string, path: string, handler: string, more = ""): string {
  const source = `import { app, output } from "@azure/functions";
const connection = "AzureWebJobsStorage";
app.storageBlob("watch", { path: "${path}", connection, ${more} handler: (blob, context) => { ${handler} } });`;
  return appFolder({ "app.mjs": source.replaceAll("CONTAINER", container) });
}

const SEE = `see("CONTAINER", blob, context);`;

async function poisoned(container: string): Promise<unknown[]> {
  const queue = queues.getQueueClient("webjobs-blobtrigger-poison");
  if (!(await queue.exists())) return [];
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems
    .map(({ messageText }) => JSON.parse(Buffer.from(messageText, "base64").toString()) as object)
    .filter((message) => "ContainerName" in message && message.ContainerName === container);
}

test("blobs that match the path reach the function once each, as buffers with their metadata", async () => {
  const container = uniqueName();
  await put(container, "in/a.b.txt", "hello", { shop: "north" });
  await put(container, "in/1/2.json", '{"name":"inner"}');
  await put(container, "in/no-extension", "x");
  await put(container, "out/x.txt", "x");
  const { host } = await startedHost(blobApp(container, "CONTAINER/in/{name}.{ext}", SEE));
  await expect.poll(() => seenIn(container).length, { timeout: 10_000 }).toBe(2);
  await put(container, "in/late.txt", "late");
  await expect.poll(() => seenIn(container).length, { timeout: 10_000 }).toBe(3);
  await host.stop();
  const found = seenIn(container).toSorted((a, b) => a.text.localeCompare(b.text));
  expect(found.map(({ text, isBuffer }) => [text, isBuffer])).toEqual([
    ['{"name":"inner"}', true],
    ["hello", true],
    ["late", true],
  ]);
  expect(found[0]?.data).toMatchObject({ blobTrigger: `${container}/in/1/2.json`, name: "1/2", ext: "json" });
  expect(found[1]?.data).toMatchObject({
    blobTrigger: `${container}/in/a.b.txt`,
    uri: expect.stringMatching(new RegExp(`^http://.*/${container}/in/a\\.b\\.txt$`)) as string,
    name: "a.b",
    ext: "txt",
    metadata: { shop: "north" },
    properties: {
      blobType: 0,
      contentLength: 5,
      contentType: "text/plain",
      eTag: {},
      contentHash: "XUFAKrxLKna5cZ2REBfFkg==",
      leaseStatus: 1,
      lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as string,
    },
  });
});

test("a version of a blob is processed once, even after a restart of the host; a new version is processed again", async () => {
  const container = uniqueName();
  await put(container, "a", "first");
  const app = blobApp(container, "CONTAINER", SEE);
  const texts = () => seenIn(container).map(({ text }) => text);
  const first = await startedHost(app);
  await expect.poll(texts, { timeout: 10_000 }).toEqual(["first"]);
  await first.host.stop();
  await put(container, "b", "while the host was stopped");
  const second = await startedHost(app);
  await expect.poll(texts, { timeout: 10_000 }).toEqual(["first", "while the host was stopped"]);
  await put(container, "a", "second");
  await expect.poll(texts, { timeout: 10_000 }).toEqual(["first", "while the host was stopped", "second"]);
  await second.host.stop();
});

test("a blob that always fails is in the poison queue after the fifth try", async () => {
  const container = uniqueName();
  await put(container, "bad", "x");
  await startedHost(blobApp(container, "CONTAINER/{name}", `${SEE} throw new Error("no");`));
  const isPoisoned = async () => (await poisoned(container)).length;
  await expect.poll(isPoisoned, { timeout: 20_000 }).toBe(1);
  expect(seenIn(container)).toHaveLength(5);
  expect(await poisoned(container)).toEqual([
    {
      Type: "BlobTrigger",
      FunctionId: "Host.Functions.watch",
      BlobType: "BlockBlob",
      ContainerName: container,
      BlobName: "bad",
      ETag: expect.stringMatching(/^".+"$/) as string,
    },
  ]);
});

test("found but unprocessed blobs survive a restart of the host", async () => {
  const container = uniqueName();
  await put(container, "a", "kept");
  const app = blobApp(container, "CONTAINER", `${SEE} if (globalThis.fail) throw new Error("not now");`);
  (globalThis as { fail?: boolean }).fail = true;
  const first = await startedHost(app);
  await expect.poll(() => seenIn(container).length, { timeout: 10_000 }).toBe(1);
  await first.host.stop();
  (globalThis as { fail?: boolean }).fail = false;
  const before = seenIn(container).length;
  await startedHost(app);
  await expect.poll(() => seenIn(container).length, { timeout: 10_000 }).toBe(before + 1);
});

test("a function can be run by hand for any blob, whether it matches the path or not", async () => {
  const container = uniqueName();
  const { host, logs } = await startedHost(blobApp(container, "CONTAINER/in/{name}", SEE));
  await put(container, "elsewhere/x", Buffer.from([0xff, 0, 0xfe]));
  const run = async (input: unknown) => {
    const request = { method: "POST", body: JSON.stringify({ input }) };
    expect((await fetch(`${host.url}/admin/functions/watch`, request)).status).toBe(202);
  };
  await run(`${container}/elsewhere/x`);
  await expect.poll(() => seenIn(container).length).toBe(1);
  expect(seenIn(container)[0]?.data).toMatchObject({ blobTrigger: `${container}/elsewhere/x` });
  expect(seenIn(container)[0]?.data).not.toHaveProperty("name");
  await run(`${container}/missing`);
  await run("no-path");
  const told = () => logs.filter(({ level }) => level === "error").map(({ message }) => message);
  await expect
    .poll(told)
    .toEqual(
      expect.arrayContaining([
        `It could not be run: There is no blob "${container}/missing".`,
        `It could not be run: The blob path "no-path" does not name a blob in a container.`,
      ]),
    );
});

test("parts of the path are available to outputs", async () => {
  const container = uniqueName();
  await put(container, "in/01.50", "copy");
  const output = `return: output.storageBlob({ path: "CONTAINER/out/{name}", connection }),`;
  await startedHost(blobApp(container, "CONTAINER/in/{name}", "return blob;", output));
  const copy = blobs.getContainerClient(container).getBlobClient("out/01.50");
  await expect.poll(() => copy.exists(), { timeout: 10_000 }).toBe(true);
  expect((await copy.downloadToBuffer()).toString()).toBe("copy");
});

test("a trigger with Event Grid gets only the events of the webhook", async () => {
  const container = uniqueName();
  await put(container, "a.txt", "told");
  await put(container, "b.txt", "not told");
  const app = blobApp(container, "CONTAINER/{name}.txt", SEE, `source: "EventGrid",`);
  const { host } = await startedHost(app);
  const url = `${host.url}/runtime/webhooks/blobs?functionName=Host.Functions.watch&code=x`;
  const post = (kind: string, data: object, target = url) =>
    fetch(target, {
      method: "POST",
      headers: { "aeg-event-type": kind },
      body: JSON.stringify([{ data }]),
    });
  const validation = await post("SubscriptionValidation", { validationCode: "v1" });
  expect(await validation.json()).toEqual({ validationResponse: "v1" });
  const blobUrl = blobs.getContainerClient(container).getBlobClient("a.txt").url;
  expect((await post("Notification", { url: blobUrl, eTag: "0x1", blobType: "BlockBlob" })).status).toBe(202);
  await expect.poll(() => seenIn(container).map(({ text }) => text), { timeout: 10_000 }).toEqual(["told"]);
  expect((await post("Notification", { url: "no address" })).status).toBe(400);
  expect((await post("Other", {})).status).toBe(400);
  expect((await post("Notification", {}, url.replace("watch", "nobody"))).status).toBe(404);
});

test.each([
  ["{container}/x", "must name its container"],
  ["Not_A_Name/x", "is not a container name"],
  ["good-name/", "must be a container, or container/blob"],
  ["good-name/{a.b}", "is not a valid name for a part of it"],
])("a path that the Functions host refuses is reported at the start: %s", async (path, why) => {
  const logs: string[] = [];
  const host = await createLocalHost({
    app: blobApp("unused", path, ""),
    port: 0,
    log: ({ level, message }) => level === "error" && logs.push(message),
  });
  await host.stop();
  expect(logs).toEqual([expect.stringContaining(why)]);
});
