import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { TableClient } from "@azure/data-tables";
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { type History, type NotStarted, SourceError, storageTaskHub } from "../src/index.ts";
import type { HistoryFilter, StorageTaskHub, Unreadable } from "../src/index.ts";

/** Task hubs in Azurite with what a hub in production may contain, and accounts that cannot be read. */

const REPOSITORY = path.resolve(import.meta.dirname, "../../..");
const storage = inject("storage");
const hub = `Faults${process.pid}`;
const container = `${hub.toLowerCase()}-largemessages`;
const table = (name: string) =>
  TableClient.fromConnectionString(storage, `${hub}${name}`, { allowInsecureConnection: true });
const blobs = BlobServiceClient.fromConnectionString(storage);

interface Instance {
  readonly id: string;
  readonly name?: string;
  readonly status?: string;
  /** Columns of its ExecutionStarted. */
  readonly start?: object;
  /** An earlier execution, whose rows were not deleted yet. */
  readonly former?: string;
}

async function put({ id, name = "main", status = "Running", start = {}, former }: Instance): Promise<void> {
  const instance = { ExecutionId: "now", Name: name, Version: "", RuntimeStatus: status };
  await table("Instances").upsertEntity({ partitionKey: id, rowKey: "", ...instance });
  const time = "2026-01-01T00:00:00.0000000Z";
  const rows = [former, "now"].flatMap((execution) =>
    execution === undefined
      ? []
      : [
          { EventType: "OrchestratorStarted", EventId: -1, _Timestamp: time, ExecutionId: execution },
          {
            EventType: "ExecutionStarted",
            EventId: -1,
            _Timestamp: time,
            ExecutionId: execution,
            Name: name,
            OrchestrationInstance: JSON.stringify({ InstanceId: id, ExecutionId: execution }),
            ...start,
          },
        ],
  );
  for (const [i, row] of rows.entries()) {
    const rowKey = String(i).padStart(16, "0");
    await table("History").upsertEntity({ partitionKey: id, rowKey, ...row });
  }
}

beforeAll(async () => {
  await table("Instances").createTable();
  await table("History").createTable();
  await blobs.getContainerClient(container).create();
  const upload = (name: string, bytes: Buffer) =>
    blobs.getContainerClient(container).getBlockBlobClient(name).upload(bytes, bytes.length);
  await upload("good.gz", gzipSync('"large"'));
  await upload("corrupt.gz", Buffer.from("no gzip"));
  await upload("cut.gz", gzipSync("x".repeat(10_000)).subarray(0, 20));
  for (const blob of ["good", "corrupt", "cut", "missing"])
    await put({ id: `${blob}-blob`, start: { InputBlobName: `${blob}.gz` } });
  await put({ id: "bad-json", start: { ParentInstance: "{" } });
  await put({ id: "@counter@a", name: "@counter" });
  await put({ id: "@looks@like-one", status: "Completed" });
  await put({ id: "it's^2Fodd" });
  await put({ id: "generations", former: "before" });
});

afterAll(async () => {
  await Promise.all([table("Instances").deleteTable(), table("History").deleteTable()]);
  await blobs.getContainerClient(container).delete();
});

async function read(options: Partial<StorageTaskHub> = {}, filter: HistoryFilter = {}) {
  const found: (History | Unreadable | NotStarted)[] = [];
  const source = storageTaskHub({ hub, connectionString: storage, app: REPOSITORY, ...options });
  for await (const history of source.histories(filter)) found.push(history);
  return found;
}

const only = async (instanceId: string) => (await read({}, { instanceId }))[0];

describe("a large value", () => {
  test("is read", async () => {
    expect(await only("good-blob")).toMatchObject({ events: [{}, { Input: '"large"' }] });
  });

  test.each([
    ["missing", "it does not exist."],
    ["corrupt", "incorrect header check."],
    ["cut", "unexpected end of file."],
  ])("that is %s makes only its instance unreadable, and is named", async (blob, why) => {
    expect(await only(`${blob}-blob`)).toEqual({
      instanceId: `${blob}-blob`,
      unreadable: `The large value in the blob ${container}/${blob}.gz cannot be read: ${why}`,
    });
  });
});

test("a column that is not JSON makes only its instance unreadable", async () => {
  expect(await only("bad-json")).toMatchObject({ unreadable: expect.stringContaining("JSON") as string });
});

test("entities are no instances, but orchestrations with such an id are", async () => {
  const ids = (await read()).map(({ instanceId }) => instanceId);
  expect(ids).toContain("@looks@like-one");
  expect(ids).not.toContain("@counter@a");
  expect((await read({}, { running: true })).map(({ instanceId }) => instanceId)).not.toContain(
    "@looks@like-one",
  );
});

test("an id with a quote and an escaped character is found in both forms", async () => {
  expect(await read({}, { instanceId: "it's/odd" })).toHaveLength(1);
  expect(await read({}, { instanceId: "it's^2Fodd" })).toHaveLength(1);
});

test("only the current execution is read", async () => {
  expect(await only("generations")).toMatchObject({ executionId: "now", events: [{}, {}] });
});

test("an instance without rows has not started, unless it has ended", async () => {
  const row = { rowKey: "", ExecutionId: "now", Name: "main", Version: "" };
  await table("Instances").upsertEntity({ partitionKey: "wai^2Fting", RuntimeStatus: "Pending", ...row });
  await table("Instances").upsertEntity({ partitionKey: "over", RuntimeStatus: "Terminated", ...row });
  expect(await only("wai/ting")).toEqual({
    instanceId: "wai/ting",
    name: "main",
    version: "",
    status: "Pending",
    notStarted: true,
  });
  expect(await only("over")).toBeUndefined();
});

test("sixteen histories are read at a time", async () => {
  for (let number = 0; number < 40; number++)
    await table("Instances").upsertEntity({
      partitionKey: `many-${number}`,
      rowKey: "",
      ExecutionId: "now",
      Name: "main",
      RuntimeStatus: "Pending",
    });
  let [open, most] = [0, 0];
  const count = (change: number) => (message: unknown) => {
    if (!(message as { readonly request: ClientRequest }).request.path.includes(`${hub}History`)) return;
    open += change;
    most = Math.max(most, open);
  };
  const [begun, answered] = [count(1), count(-1)];
  subscribe("http.client.request.start", begun);
  subscribe("http.client.response.finish", answered);
  onTestFinished(() => {
    unsubscribe("http.client.request.start", begun);
    unsubscribe("http.client.response.finish", answered);
  });
  expect((await read()).length).toBeGreaterThan(40);
  expect(most).toBe(16);
});

test("a shared access signature is enough to read", async () => {
  const parts = new Map(
    storage.split(";").map((part) => [part.split("=")[0] ?? "", part.slice(part.indexOf("=") + 1)]),
  );
  const credential = new StorageSharedKeyCredential(
    parts.get("AccountName") ?? "",
    parts.get("AccountKey") ?? "",
  );
  const sas = (permissions: string) =>
    generateAccountSASQueryParameters(
      {
        services: AccountSASServices.parse("bt").toString(),
        resourceTypes: AccountSASResourceTypes.parse("sco").toString(),
        permissions: AccountSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + 3_600_000),
      },
      credential,
    ).toString();
  const endpoints = ["BlobEndpoint", "TableEndpoint"].map((name) => `${name}=${parts.get(name)}`).join(";");
  const withSas = (permissions: string) => `${endpoints};SharedAccessSignature=${sas(permissions)}`;
  expect((await read({ connectionString: withSas("rl") })).length).toBe((await read()).length);
  await expect(read({ connectionString: withSas("w") })).rejects.toThrow(
    /cannot be read: 403\. It needs the roles/,
  );
});

describe("is one line that says what to do:", () => {
  test.each<[string, Partial<StorageTaskHub>, RegExp]>([
    ["a hub that does not exist", { hub: "NoSuchHub" }, /^There is no task hub NoSuchHub/],
    ["a name that no hub can have", { hub: "my-hub" }, /^Task hub my-hub cannot be read: /],
    ["an invalid connection string", { connectionString: "secret-text" }, /^Task hub \w+ cannot be read: /],
    ["an empty one", { connectionString: "" }, /^Task hub \w+ cannot be read: /],
  ])("%s", async (_case, options, says) => {
    const error: unknown = await read(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceError);
    const { message } = error as SourceError;
    expect(message).toMatch(says);
    expect(message).not.toMatch(/\n|secret-text/);
  });
});
