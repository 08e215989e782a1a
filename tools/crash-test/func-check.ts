import { randomUUID } from "node:crypto";
import { BlobServiceClient } from "@azure/storage-blob";
import { health } from "../../src/operations/health.ts";
import { Client } from "../traffic/client.ts";
import { instances } from "../traffic/settle.ts";
import type { FuncOptions } from "./func-target.ts";
import { runningPid } from "./pid-file.ts";

const STORAGE_TIMEOUT_MS = 5000;
/** The app itself waits five seconds for its parts, before it says which of them is slow. */
const HEALTH_TIMEOUT_MS = 20_000;

/** Why an app that runs already cannot be killed and compared, in one line; undefined if it can. */
export async function faultOfFunc(
  { base, key, prefix, pidFile, workerPidFile }: FuncOptions,
  storage: string,
  healthTimeoutMs = HEALTH_TIMEOUT_MS,
): Promise<string | undefined> {
  return (
    faultOfPid("--pid-file", pidFile) ??
    (workerPidFile === undefined ? undefined : faultOfPid("--worker-pid-file", workerPidFile)) ??
    (await faultOfBase(base, key, healthTimeoutMs)) ??
    (await faultOfStorage(storage)) ??
    (await faultOfPair({ base, key, prefix }, storage)) ??
    (await faultOfOpen(base, key))
  );
}

function faultOfPid(option: string, file: string): string | undefined {
  try {
    if (runningPid(file) !== undefined) return undefined;
  } catch {
    return `${option} ${file}: there is no such file.`;
  }
  return `${option} ${file}: it does not contain the id of a running process.`;
}

async function faultOfBase(
  base: string,
  key: string | undefined,
  healthTimeoutMs: number,
): Promise<string | undefined> {
  const headers = key === undefined ? {} : { "x-functions-key": key };
  const url = `${base}/api/health`;
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(healthTimeoutMs) });
    const text = await answer.text();
    if (answer.status !== 200) return `--base ${base}: /api/health answers ${answer.status}, not 200.`;
    return isHealth(text) ? undefined : `--base ${base}: what answers there is not the shop.`;
  } catch (error) {
    const isSlow = error instanceof Error && error.name === "TimeoutError";
    return `--base ${base}: ${isSlow ? "/api/health does not answer in time" : "nothing answers there"}.`;
  }
}

function isHealth(text: string): boolean {
  try {
    return health.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

async function faultOfStorage(storage: string): Promise<string | undefined> {
  try {
    const retryOptions = { maxTries: 1, tryTimeoutInMs: STORAGE_TIMEOUT_MS };
    await BlobServiceClient.fromConnectionString(storage, { retryOptions }).getProperties();
    return undefined;
  } catch {
    return "--storage: nothing answers there, or it is no connection string of an account that may be used.";
  }
}

/** What is compared is read from the storage, so it must be that of the app. */
async function faultOfPair(
  { base, key, prefix }: Pick<FuncOptions, "base" | "key" | "prefix">,
  storage: string,
): Promise<string | undefined> {
  const client = new Client(base, key);
  const album = `probe-${randomUUID()}`;
  const init = { headers: { "content-type": "image/jpeg" }, body: "A probe of the crash test." };
  await client.expect([200, 201], "PUT", `/api/albums/${album}/photos/probe.jpg`, init);
  const photos = BlobServiceClient.fromConnectionString(storage).getContainerClient(`${prefix}-photos`);
  const isThere = await photos.getBlobClient(`${album}/probe.jpg`).exists();
  await client.expect([200, 202, 204], "DELETE", `/api/albums/${album}`);
  if (isThere) return undefined;
  return (
    `--storage: a photo that was put into ${base} is not there below "${prefix}-": give the app's own storage, ` +
    'and SHOP_STORAGE_PREFIX if it is not "shop".'
  );
}

/** An order of somebody else that is undone during the campaign would change the stock that is compared. */
async function faultOfOpen(base: string, key: string | undefined): Promise<string | undefined> {
  const [first, ...others] = await instances(new Client(base, key), ["pending", "running", "suspended"]);
  if (first === undefined) return undefined;
  return `--base ${base}: ${first.id} has not ended${others.length > 0 ? `, and ${others.length} more` : ""}; begin when nothing runs.`;
}
