import { readFileSync } from "node:fs";
import { BlobServiceClient } from "@azure/storage-blob";
import { health } from "../../src/operations/health.ts";
import { Client } from "../traffic/client.ts";
import { instances } from "../traffic/settle.ts";
import type { FuncOptions } from "./func-target.ts";

const STORAGE_TIMEOUT_MS = 5000;
/** The app itself waits five seconds for its parts, before it says which of them is slow. */
const HEALTH_TIMEOUT_MS = 20_000;

/** Why an app that runs already cannot be killed and compared, in one line; undefined if it can. */
export async function faultOfFunc(
  { base, key, pidFile, workerPidFile }: FuncOptions,
  storage: string,
  healthTimeoutMs = HEALTH_TIMEOUT_MS,
): Promise<string | undefined> {
  return (
    faultOfPid("--pid-file", pidFile) ??
    (workerPidFile === undefined ? undefined : faultOfPid("--worker-pid-file", workerPidFile)) ??
    (await faultOfBase(base, key, healthTimeoutMs)) ??
    (await faultOfStorage(storage)) ??
    (await faultOfOpen(base, key))
  );
}

function faultOfPid(option: string, file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch {
    return `${option} ${file}: there is no such file.`;
  }
  const pid = /^\d+$/.test(text) ? Number(text) : 0;
  try {
    if (pid > 1 && process.kill(pid, 0)) return undefined;
  } catch {
    // Signal 0 asks only whether there is such a process.
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

/** An order of somebody else that is undone during the campaign would change the stock that is compared. */
async function faultOfOpen(base: string, key: string | undefined): Promise<string | undefined> {
  const [first, ...others] = await instances(new Client(base, key), ["pending", "running", "suspended"]);
  if (first === undefined) return undefined;
  return `--base ${base}: ${first.id} has not ended${others.length > 0 ? `, and ${others.length} more` : ""}; begin when nothing runs.`;
}
