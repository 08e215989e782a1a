import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Storage } from "../../src/storage/storage.ts";

/** How often a storage that is down is asked. */

const requests: URL[] = [];
const server = createServer(({ url = "" }, response) => {
  requests.push(new URL(url, "http://storage"));
  response.writeHead(503).end();
});
let storage: Storage;

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop`;
  const endpoints = ["Blob", "Queue", "Table"].map((kind) => `${kind}Endpoint=${url}`).join(";");
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=shop;AccountKey=c2VjcmV0;${endpoints}`;
  storage = new Storage({ connection: { kind: "connectionString", connectionString }, prefix: "t" });
});
beforeEach(() => void requests.splice(0));
afterAll(() => void server.close());

test.each([
  ["table", () => storage.table("rows")],
  ["queue", () => storage.queue("messages")],
  ["container of blobs", () => storage.container("files")],
])("a request to a %s is tried four times, and then fails", async (_what, request) => {
  await expect(request()).rejects.toMatchObject({ statusCode: 503 });
  expect(requests).toHaveLength(4);
});

test.each([
  ["queue", () => storage.queue("messages")],
  ["container of blobs", () => storage.container("files")],
])("a request to a %s tells storage to end it after a minute", async (_what, request) => {
  await expect(request()).rejects.toMatchObject({ statusCode: 503 });
  expect(new Set(requests.map(({ searchParams }) => searchParams.get("timeout")))).toEqual(new Set(["60"]));
});
