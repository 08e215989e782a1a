import { randomBytes } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, inject, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

process.env["AzureWebJobsStorage"] = inject("storage");
const blobs = BlobServiceClient.fromConnectionString(inject("storage"));

function uniqueName(): string {
  return `c${randomBytes(6).toString("hex")}`;
}

const SHOW = `const show = (value) => value === undefined ? "nothing"
  : Buffer.isBuffer(value) ? { buffer: value.toString("hex") } : { value };`;

/** Serves an HTTP function per input binding, with the binding's name and an id in its route. */
async function served(inputs: Readonly<Record<string, string>>) {
  const functions = Object.entries(inputs).map(
    ([name, binding]) => `{ const it = input.${binding};
app.http("${name}", { route: "${name}/{id?}", methods: ["GET", "POST"], extraInputs: [it],
  handler: (request, context) => ({ jsonBody: show(context.extraInputs.get(it)) }) }); }`,
  );
  const started = await startedHost(
    appFolder({
      "app.mjs": `import { app, input } from "@azure/functions"; ${SHOW}
const connection = "AzureWebJobsStorage"; ${functions.join("\n")}`,
    }),
  );
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${started.host.url}/api/${path}`, request);
    return response.status === 200 ? response.json() : response.status;
  };
  return { ...started, ask };
}

async function containerWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const container = blobs.getContainerClient(uniqueName());
  await container.create();
  for (const [name, content] of Object.entries(files)) {
    await container.getBlockBlobClient(name).uploadData(Buffer.from(content));
  }
  return container.containerName;
}

// As seen on the Functions host 4.1037 with the storage extension 5.3.10.
test("a blob is a text, parsed if it is JSON, or a buffer if the binding says binary; a missing one is undefined", async () => {
  const binary = Buffer.from([0xff, 0, 0xfe]);
  const container = await containerWith({ "f.txt": "text", "j.json": '{"j":1}', empty: "", bin: binary });
  const { ask } = await served({
    plain: `storageBlob({ path: "${container}/{id}", connection })`,
    binary: `storageBlob({ path: "${container}/{id}", connection, dataType: "binary" })`,
    nowhere: `storageBlob({ path: "${uniqueName()}/{id}", connection })`,
  });
  expect(await ask("plain/f.txt")).toEqual({ value: "text" });
  expect(await ask("plain/j.json")).toEqual({ value: { j: 1 } });
  expect(await ask("plain/empty")).toEqual({ value: "" });
  expect(await ask("plain/bin")).toEqual({ value: "\uFFFD\0\uFFFD" });
  expect(await ask("plain/missing")).toBe("nothing");
  expect(await ask("nowhere/x")).toBe("nothing");
  expect(await ask("binary/bin")).toEqual({ buffer: "ff00fe" });
  expect(await ask("binary/j.json")).toEqual({ buffer: Buffer.from('{"j":1}').toString("hex") });
});

test("its path may refer to the request; an expression without a value fails the call before the function runs", async () => {
  const container = await containerWith({ "f.txt": "text" });
  const { ask, logs } = await served({
    query: `storageBlob({ path: "${container}/{Query.n}", connection })`,
    body: `storageBlob({ path: "${container}/{thing.name}", connection })`,
    only: `storageBlob({ path: "${container}", connection })`,
  });
  expect(await ask("query?n=f.txt")).toEqual({ value: "text" });
  expect(await ask("body", { thing: { name: "f.txt" } })).toEqual({ value: "text" });
  expect(await ask("query")).toBe(500);
  expect(await ask("body")).toBe(500);
  expect(await ask("only")).toBe(500);
  const told = logs.filter(({ level }) => level === "error").map(({ message }) => message);
  expect(told).toEqual([
    expect.stringContaining(`{Query.n} in "${container}/{Query.n}" has no value`),
    expect.stringContaining(`{thing.name} in "${container}/{thing.name}" has no value`),
    expect.stringContaining(`The blob path "${container}" does not name a blob`),
  ]);
});

test("an activity's inputs may refer to its own input; one that cannot be read fails it", async () => {
  const container = await containerWith({ "01": "text" });
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { input } from "@azure/functions"; import * as df from "durable-functions"; ${SHOW}
const blob = input.storageBlob({ path: "${container}/{file}", connection: "AzureWebJobsStorage" });
df.app.activity("reads", { extraInputs: [blob], handler: (_, context) => show(context.extraInputs.get(blob)) });
df.app.orchestration("all", function* (context) {
  const read = yield context.df.callActivity("reads", { file: "01" });
  try { yield context.df.callActivity("reads", {}); } catch (error) { return [read, error.message]; } });`,
    }),
  );
  const id = await host.hub.start({ name: "all", input: null });
  const { output } = await host.engine.waitForCompletion(id);
  expect(JSON.parse(output ?? "")).toEqual([
    { value: "text" },
    expect.stringContaining("Activity function 'reads' failed: {file} in"),
  ]);
});

test("a table returns one entity by its keys, or an array limited by partition, filter and take", async () => {
  const table = uniqueName();
  const client = TableClient.fromConnectionString(inject("storage"), table, {
    allowInsecureConnection: true,
  });
  await client.createTable();
  const made = { value: "2026-01-31T12:00:00.5Z", type: "DateTime" } as const;
  const count = { value: "9007199254740993", type: "Int64" } as const;
  await client.createEntity({ partitionKey: "p1", rowKey: "r1", kind: "mug", made, count, big: true });
  await client.createEntity({ partitionKey: "p1", rowKey: "r2", kind: "it's", price: 2.5 });
  await client.createEntity({ partitionKey: "p2", rowKey: "r1", kind: "mug", raw: Buffer.from("x") });
  const { ask } = await served({
    one: `table({ tableName: "${table}", connection, partitionKey: "p1", rowKey: "{id}" })`,
    all: `table({ tableName: "${table}", connection })`,
    some: `table({ tableName: "${table}", connection, partitionKey: "{id}" })`,
    kind: `table({ tableName: "${table}", connection, filter: "kind eq '{Query.kind}'", take: 5 })`,
    price: `table({ tableName: "${table}", connection, partitionKey: "p1", filter: "price gt {Query.least}" })`,
    first: `table({ tableName: "${table}", connection, take: 1 })`,
  });
  const r1 = { PartitionKey: "p1", RowKey: "r1", kind: "mug", big: true };
  const first = { ...r1, made: "2026-01-31T12:00:00.500+00:00", count: 9007199254740992 };
  const second = { PartitionKey: "p1", RowKey: "r2", kind: "it's", price: 2.5 };
  const third = { PartitionKey: "p2", RowKey: "r1", kind: "mug", raw: Buffer.from("x").toString("base64") };
  expect(await ask("one/r1")).toEqual({ value: first });
  expect(await ask("one/r9")).toBe("nothing");
  expect(await ask("all")).toEqual({ value: [first, second, third] });
  expect(await ask("some/p1")).toEqual({ value: [first, second] });
  expect(await ask("first")).toEqual({ value: [first] });
  expect(await ask("kind?kind=mug")).toEqual({ value: [first, third] });
  expect(await ask("kind?kind=it's")).toEqual({ value: [second] });
  // A value can neither close its quotes nor add an operator.
  expect(await ask(`kind?kind=${encodeURIComponent("x' or kind ne 'x")}`)).toEqual({ value: [] });
  expect(await ask("price?least=2")).toEqual({ value: [second] });
  expect(await ask(`price?least=${encodeURIComponent("2 or kind ne 'x'")}`)).toBe(500);
});

test("inputs that the platform or this host does not support are reported at the start", async () => {
  const { ask, logs } = await served({
    queue: `generic({ type: "queue", queueName: "jobs", connection })`,
    cosmos: `cosmosDB({ databaseName: "d", containerName: "c", connection })`,
  });
  expect(logs.map(({ functionName, level, message }) => [functionName, level, message])).toEqual([
    [
      "cosmos",
      "warning",
      expect.stringMatching(
        /^The input binding cosmosDB is not supported by the local host and stays empty\. .*func start/,
      ),
    ],
    [
      "queue",
      "warning",
      "The Functions host cannot read a queue as an input: every call of this function fails.",
    ],
  ]);
  expect(await ask("cosmos")).toBe("nothing");
  expect(await ask("queue")).toBe(500);
});
