import { randomUUID } from "node:crypto";
import { readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { BlobServiceClient } from "@azure/storage-blob";
import { type AzuritePorts, connectionString, isAzuriteAt, startAzurite, USUAL_PORTS } from "./azurite.ts";
import { lockFolder } from "./folder-lock.ts";
import { LOCAL } from "./run.ts";

/** The storage emulator that a run of the app uses. */
export interface LocalStorage {
  readonly connectionString: string;
  /** A description for people: where it is, and whether it was already running. */
  readonly description: string;
  /** Of the emulator, if this run started it: for each process that uses it. */
  readonly lifeline: Writable | undefined;
  /** Stops the emulator if this run started it; one that was already running continues. */
  stop(): Promise<void>;
}

/** The note in a data folder about its Azurite. */
interface StorageNote {
  readonly ports: AzuritePorts;
  /** The folder that it serves, because a copy of the folder also contains the note. */
  readonly folder: string;
  /** Also stored in that Azurite, because another one may use its ports in the meantime. */
  readonly token: string;
}

/** Contains the token of the run that started an Azurite. */
const OWNER = "data-folder";
const START_TIMEOUT_MS = 30_000;

/**
 * Finds or starts the Azurite for a data folder. It uses a running one only if it verifiably serves this folder:
 * another one has other data, and may be stopped at any time. A new one gets the default ports if they are free, else
 * any.
 *
 * @throws {Error} with the reason in one line, if there is none
 */
export async function localStorage(data: string): Promise<LocalStorage> {
  const folder = await realpath(data);
  const noteFile = join(folder, "azurite.json");
  let lock: DatabaseSync | undefined;
  for (const deadline = Date.now() + START_TIMEOUT_MS; ; await delay(100)) {
    // Two Azurites on one folder would destroy its data.
    lock ??= lockFolder(folder, "azurite.lock");
    const note = await readNote(noteFile);
    const isRunning = note?.folder === folder && (await isServing(note));
    // This process has the lock, so the process that started a running Azurite has ended, and that Azurite is about to
    // end.
    if (lock && !isRunning) return startFor(folder, noteFile, lock).catch(failing(lock));
    if (!lock && isRunning) return existing(note.ports);
    if (Date.now() > deadline) {
      throw new Error("another run has it, and its Azurite cannot be shared; stop that run");
    }
  }
}

/** Records for the tour which data folder the app on a local port uses. */
export async function rememberApp(port: string, data: string): Promise<void> {
  await writeFile(appFile(port), JSON.stringify({ data: await realpath(data) }));
}

/** The connection string of the Azurite that a local app uses; undefined if it is unknown. */
export async function storageOfApp(base: string): Promise<string | undefined> {
  const { hostname, port } = new URL(base);
  if (!["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return undefined;
  try {
    const { data } = JSON.parse(await readFile(appFile(port), "utf8")) as { data: string };
    const note = await readNote(join(data, "azurite.json"));
    if (note?.folder === data && (await isServing(note))) return connectionString(note.ports);
  } catch {
    // No app was started on this port with npm, so the app may use the default ports of local.settings.json.
  }
  return (await isAzuriteAt(USUAL_PORTS)) ? connectionString(USUAL_PORTS) : undefined;
}

const appFile = (port: string) => join(LOCAL, `app-${port}.json`);

/** Whether the Azurite of the note still runs on these ports, and is not another one. */
async function isServing({ ports, token }: StorageNote): Promise<boolean> {
  try {
    const { metadata } = await ownerOf(ports).getProperties({ abortSignal: AbortSignal.timeout(2000) });
    return metadata?.["token"] === token;
  } catch {
    return false;
  }
}

async function readNote(file: string): Promise<StorageNote | undefined> {
  try {
    const note = JSON.parse(await readFile(file, "utf8")) as Partial<StorageNote>;
    return note.ports && note.folder && note.token ? (note as StorageNote) : undefined;
  } catch {
    return undefined;
  }
}

async function startFor(folder: string, noteFile: string, lock: DatabaseSync): Promise<LocalStorage> {
  const azurite = await start(join(folder, "azurite"));
  const note: StorageNote = { ports: azurite.ports, folder, token: randomUUID() };
  const owner = ownerOf(note.ports);
  await owner.createIfNotExists();
  await owner.setMetadata({ token: note.token });
  await writeFile(noteFile, JSON.stringify(note));
  let ended: Promise<void> | undefined;
  return {
    connectionString: azurite.connectionString,
    description: `Azurite on ports ${describe(azurite.ports)}`,
    lifeline: azurite.lifeline,
    stop: () => (ended ??= azurite.stop().then(() => lock.close())),
  };
}

async function start(folder: string) {
  try {
    return await startAzurite({ folder, ports: USUAL_PORTS, survivesCtrlC: true });
  } catch (error) {
    if (String(error).includes("in use")) return startAzurite({ folder, survivesCtrlC: true });
    throw error;
  }
}

const failing = (lock: DatabaseSync) => (error: unknown) => {
  lock.close();
  throw error;
};

const ownerOf = (ports: AzuritePorts) =>
  BlobServiceClient.fromConnectionString(connectionString(ports), {
    retryOptions: { maxTries: 1 },
  }).getContainerClient(OWNER);

const existing = (ports: AzuritePorts): LocalStorage => ({
  connectionString: connectionString(ports),
  description: `Azurite that was already running for this folder, on ports ${describe(ports)}`,
  lifeline: undefined,
  stop: () => Promise.resolve(),
});

const describe = ({ blob, queue, table }: AzuritePorts) => `${blob}, ${queue}, ${table}`;
