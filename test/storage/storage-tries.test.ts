import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { setImmediate as nextTurn } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { StorageConnection } from "../../src/settings.ts";
import { Storage } from "../../src/storage/storage.ts";
import { AppIdentity, listen, makeCertificate } from "../support/app-identity.ts";

/** How often a storage that is down is asked. */

const requests: { readonly url: URL; readonly authorization: string | undefined }[] = [];
let canCreateTables = false;
const answer: RequestListener = ({ url = "", headers: { authorization } }, response) => {
  requests.push({ url: new URL(url, "http://storage"), authorization });
  response.writeHead(canCreateTables && url.includes("/Tables") ? 204 : 503).end();
};
beforeEach(() => {
  requests.splice(0);
  canCreateTables = false;
});

const certificate = makeCertificate();
const server = createServer(answer);
const secureServer = certificate && createHttpsServer(certificate, answer);
const identity = new AppIdentity();
const identityUrl = { blobUri: "", queueUri: "", tableUri: "" };
const storageWith = (connection: StorageConnection) => new Storage({ connection, prefix: "t" });
const withIdentity = (clientId?: string) =>
  storageWith({ kind: "managedIdentity", clientId, ...identityUrl });
const stores = new Map<string, Storage>();

beforeAll(async () => {
  const url = `http://localhost:${await listen(server)}/shop`;
  const endpoints = ["Blob", "Queue", "Table"].map((kind) => `${kind}Endpoint=${url}`).join(";");
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=shop;AccountKey=c2VjcmV0;${endpoints}`;
  stores.set("connection string", storageWith({ kind: "connectionString", connectionString }));
  if (!certificate || !secureServer) return;
  for (const [name, value] of Object.entries(await identity.listen())) vi.stubEnv(name, value);
  setDefaultCACertificates([...getCACertificates(), certificate.cert]);
  const secureUrl = `https://localhost:${await listen(secureServer)}/shop`;
  Object.assign(identityUrl, { blobUri: secureUrl, queueUri: secureUrl, tableUri: secureUrl });
  stores.set("managed identity", withIdentity());
});
afterAll(() => {
  server.close();
  secureServer?.close();
  identity.close();
});

/** How many seconds a request took that fails, in the time of its pauses alone. */
async function failureOf(request: () => Promise<unknown>): Promise<number> {
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ["setTimeout", "Date"] });
  const begun = Date.now();
  const ends: PromiseSettledResult<unknown>[] = [];
  void Promise.allSettled([request()]).then((all) => ends.push(...all));
  for (; ends.length === 0; await nextTurn())
    if (vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync();
  expect(ends).toMatchObject([{ reason: { statusCode: 503 } }]);
  return Math.round((Date.now() - begun) / 1000);
}

describe.each(certificate ? ["connection string", "managed identity"] : ["connection string"])(
  "with a %s",
  (kind) => {
    const storage = () => stores.get(kind) ?? expect.fail();

    test.each([
      ["table", () => storage().table("rows")],
      ["queue", () => storage().queue("messages")],
      ["container of blobs", () => storage().container("files")],
    ])("a request to a %s is tried four times in about a second, and then fails", async (_what, request) => {
      expect(await failureOf(request)).toBe(1);
      expect(requests).toHaveLength(4);
    });

    test("a request to a row is tried four times in about a second, and then fails", async () => {
      canCreateTables = true;
      const table = await storage().table("rows");
      requests.splice(0);
      expect(await failureOf(() => table.getEntity("a", "b"))).toBe(1);
      expect(requests).toHaveLength(4);
    });

    test.each([
      ["queue", () => storage().queue("messages")],
      ["container of blobs", () => storage().container("files")],
    ])("a request to a %s tells storage to end it after a minute", async (_what, request) => {
      await failureOf(request);
      expect(new Set(requests.map(({ url }) => url.searchParams.get("timeout")))).toEqual(new Set(["60"]));
    });
  },
);

test.runIf(certificate)("requests are signed with an identity of the app", async () => {
  const clientId = "11111111-2222-3333-4444-555555555555";
  for (const storage of [withIdentity(), withIdentity(clientId)]) {
    canCreateTables = true;
    const table = await storage.table("rows");
    canCreateTables = false;
    await failureOf(() => table.getEntity("a", "b"));
    await failureOf(() => storage.queue("messages"));
    await failureOf(() => storage.container("files"));
  }
  expect(new Set(requests.map(({ url }) => url.pathname))).toEqual(
    new Set([
      "/shop/Tables",
      "/shop/tRows(PartitionKey='a',RowKey='b')",
      "/shop/t-messages",
      "/shop/t-files",
    ]),
  );
  expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([identity.token]));
  expect(new Set(identity.signedIn)).toEqual(new Set([null, clientId]));
});
