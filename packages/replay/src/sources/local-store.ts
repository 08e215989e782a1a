import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SqliteStore } from "durable-local-host";
import type { HistoryEvent } from "durable-local-host/replay";
import { messageOf, matchesFilter, SourceError } from "../core/history.ts";
import type { History, HistoryFilter, HistorySource } from "../core/history.ts";
import { historyFrom } from "./hub-history.ts";

/** SQLite's main file, and its write-ahead log. */
const PARTS = ["", "-wal"];
const MAX_ATTEMPTS = 20;
const PAGE_SIZE = 100;

/**
 * The task hub of a local host, which stores it in `sqlite:<file>`. A copy is read, so that the host may continue to
 * run.
 *
 * @throws {SourceError} if the file does not exist or is not a task hub
 */
export function localStore(file: string): HistorySource {
  if (!existsSync(file)) throw new SourceError(`There is no task hub file ${file}.`);
  return {
    name: `the local host's task hub ${file}`,
    async *histories(filter: HistoryFilter) {
      const folder = mkdtempSync(path.join(tmpdir(), "durable-replay-"));
      try {
        const store = openCopy(file, path.join(folder, "task-hub.db"));
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

async function* historiesOf(store: SqliteStore, filter: HistoryFilter): AsyncGenerator<History> {
  let after: string | undefined;
  do {
    const page = store.instances({ kind: "orchestration", top: PAGE_SIZE, after });
    for (const instance of page.items) {
      const { instanceId, runtimeStatus: status } = instance;
      if (!matchesFilter({ instanceId, status }, filter)) continue;
      const events = JSON.parse(`[${store.history(instance.key)}]`) as HistoryEvent[];
      if (events.length === 0) continue;
      yield historyFrom(instance, events);
    }
    after = page.continuation;
  } while (after !== undefined);
}

/** Copies again until nothing changed during the copy, because the two files must belong together. */
function openCopy(file: string, copy: string): SqliteStore {
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    const before = stateOf(file);
    for (const part of PARTS) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
    if (stateOf(file) === before) return open(file, copy);
  }
  throw new SourceError(
    `${file} changes too often to copy it: stop the host, or try again when it is less busy.`,
  );
}

function open(file: string, copy: string): SqliteStore {
  try {
    return new SqliteStore(copy);
  } catch (error) {
    throw new SourceError(messageOf(error).replaceAll(copy, file), { cause: error });
  }
}

function stateOf(file: string): string {
  return PARTS.map((part) => {
    const found = statSync(file + part, { throwIfNoEntry: false, bigint: true });
    return found === undefined ? "-" : `${found.size} ${found.mtimeNs}`;
  }).join(" ");
}
