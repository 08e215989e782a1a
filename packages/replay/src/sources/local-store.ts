import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SqliteStore } from "durable-local-host";
import type { HistoryEvent } from "durable-local-host/replay";
import { messageOf, matchesFilter, notStarted, SourceError } from "../core/history.ts";
import type { History, HistoryFilter, HistorySource, NotStarted } from "../core/history.ts";
import { historyFrom } from "./hub-history.ts";

/** SQLite's write-ahead log, in a file beside the main file. Its header changes when it starts from its beginning again. */
const LOG = "-wal";
const LOG_HEADER_BYTES = 32;
const MAX_ATTEMPTS = 20;
const PAGE_SIZE = 100;

/**
 * The task hub of a local host, which stores it in `sqlite:<file>`. A copy is read, so that the host may continue to
 * run.
 *
 * @throws {SourceError} if the file does not exist or is not a task hub
 */
export function localStore(file: string): HistorySource {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new SourceError(`There is no task hub file ${file}.`);
  }
  return {
    name: `the local host's task hub ${file}`,
    async *histories(filter: HistoryFilter) {
      const folder = mkdtempSync(path.join(tmpdir(), "durable-replay-"));
      try {
        const store = await openCopy(file, path.join(folder, "task-hub.db"));
        // Nothing remains of the copy if the process is killed. Windows does not delete open files.
        if (process.platform !== "win32") rmSync(folder, { recursive: true });
        try {
          yield* historiesOf(store, filter);
        } finally {
          store.close();
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function* historiesOf(store: SqliteStore, filter: HistoryFilter): AsyncGenerator<History | NotStarted> {
  let after: string | undefined;
  do {
    const page = store.instances({ kind: "orchestration", top: PAGE_SIZE, after });
    for (const instance of page.items) {
      const { instanceId, runtimeStatus: status } = instance;
      if (!matchesFilter({ instanceId, status }, filter)) continue;
      const events = JSON.parse(`[${store.history(instance.key)}]`) as HistoryEvent[];
      const found = events.length === 0 ? notStarted({ ...instance, status }) : historyFrom(instance, events);
      if (found !== undefined) yield found;
    }
    after = page.continuation;
  } while (after !== undefined);
}

/**
 * Copies again until the main file did not change during the copy, because the two files must belong together. The host
 * may meanwhile append to the log: SQLite ignores a transaction that is not complete.
 */
async function openCopy(file: string, copy: string): Promise<SqliteStore> {
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    const before = stateOf(file);
    for (const part of ["", LOG]) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
    if (stateOf(file) === before) return open(file, copy);
  }
  throw new SourceError(
    `${file} changes too often to copy it: stop the host, or try again when it is less busy.`,
  );
}

async function open(file: string, copy: string): Promise<SqliteStore> {
  // The whole host is loaded only for a store.
  const { SqliteStore } = await import("durable-local-host");
  try {
    return new SqliteStore(copy);
  } catch (error) {
    throw new SourceError(messageOf(error).replaceAll(copy, file), { cause: error });
  }
}

function stateOf(file: string): string {
  const { size, mtimeNs } = statSync(file, { bigint: true });
  return `${size} ${mtimeNs} ${logHeader(file + LOG)}`;
}

function logHeader(file: string): string {
  if (!existsSync(file)) return "";
  const handle = openSync(file, "r");
  try {
    const header = Buffer.alloc(LOG_HEADER_BYTES);
    readSync(handle, header, 0, LOG_HEADER_BYTES, 0);
    return header.toString("hex");
  } finally {
    closeSync(handle);
  }
}
