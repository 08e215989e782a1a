import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Health } from "../../src/operations/health.ts";
import { faultOfFunc } from "../../tools/crash-test/func-check.ts";
import { FuncTarget } from "../../tools/crash-test/func-target.ts";

const KEY = "the-key";
const folder = mkdtempSync(path.join(tmpdir(), "func-check-"));
const pidFile = path.join(folder, "pid");
const part = { status: "ok" as const, milliseconds: 1 };
const HEALTH: Health = {
  status: "healthy",
  checkedAt: "2026-11-24T10:00:00.000Z",
  parts: { tables: part, queues: part, blobs: part, taskHub: part, instances: part },
  stuckInstances: {},
  givenUpInstances: {},
};
let answer = JSON.stringify(HEALTH);
let open: readonly { readonly id: string }[] = [];
const PREFIX = "probed";
/** Answers as the shop does, and keeps photos in its storage. */
const server = createServer((request, response) => void answerTo(request, response));
async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.statusCode = request.headers["x-functions-key"] === KEY ? 200 : 401;
  if (request.method === "PUT") {
    const [, , , album, , name] = request.url?.split("/") ?? [];
    const photos = BlobServiceClient.fromConnectionString(inject("storage")).getContainerClient(
      `${PREFIX}-photos`,
    );
    await photos.createIfNotExists();
    await photos.getBlockBlobClient(`${album}/${name}`).uploadData(Buffer.from("a photo"));
  }
  response.end(request.url?.startsWith("/api/instances?") ? JSON.stringify({ instances: open }) : answer);
}
let base = "";
beforeAll(async () => {
  writeFileSync(pidFile, `${process.pid}\n`);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const faultWith = (change: Partial<Parameters<typeof faultOfFunc>[0]>, storage = inject("storage")) =>
  faultOfFunc({ base, key: KEY, prefix: PREFIX, pidFile, workerPidFile: undefined, ...change }, storage);

test("an app that answers, with its process and its storage, can be killed and compared", async () => {
  expect(await faultWith({})).toBeUndefined();
  expect(await faultWith({ workerPidFile: pidFile })).toBeUndefined();
});

test("what is missing is said in a line", async () => {
  expect(await faultWith({ key: undefined })).toBe(`--base ${base}: /api/health answers 401, not 200.`);
  expect(await faultWith({ workerPidFile: `${pidFile}-2` })).toMatch(/^--worker-pid-file .* no such file\.$/);
  expect(await faultWith({}, "AccountName=nobody")).toMatch(/^--storage: /);
  expect(await faultWith({ prefix: "another" })).toMatch(
    /^--storage: a photo .* is not there below "another-"/,
  );
});

test("an app where something runs that is not of the campaign is left alone", async () => {
  open = [{ id: "order-1" }];
  expect(await faultWith({})).toBe(`--base ${base}: order-1 has not ended; begin when nothing runs.`);
  open = [{ id: "order-1" }, { id: "order-2" }, { id: "order-3" }];
  expect(await faultWith({})).toContain(": order-1 has not ended, and 2 more;");
  open = [];
});

test("an app that is only slow is not called absent", async () => {
  expect(await faultWith({ base: "http://127.0.0.1:1" })).toBe(
    "--base http://127.0.0.1:1: nothing answers there.",
  );
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const options = { base: at, key: KEY, prefix: PREFIX, pidFile, workerPidFile: undefined };
  expect(await faultOfFunc(options, inject("storage"), 50)).toBe(
    `--base ${at}: /api/health does not answer in time.`,
  );
  silent.close();
});

test("another server at the address is not the shop", async () => {
  answer = "hi";
  expect(await faultWith({})).toBe(`--base ${base}: what answers there is not the shop.`);
});

test("a host that is not started again after its kill ends the campaign", async () => {
  const host = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const exited = once(host, "exit");
  const file = path.join(folder, "host-pid");
  writeFileSync(file, `${host.pid}\n`);
  const options = { base, key: KEY, prefix: PREFIX, pidFile: file, workerPidFile: undefined };
  const target = new FuncTarget(options, 100);
  target.begin();
  await target.recovered();
  await target.killHost();
  target.begin();
  await expect(target.recovered()).rejects.toThrow("contains no new process id");
  await exited;
  await expect(target.killHost()).rejects.toThrow("does not contain the id of a running process");
});
