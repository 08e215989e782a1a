import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SqliteStore } from "durable-local-host";
import type { HistoryEvent } from "durable-local-host/replay";
import { messageOf, passes, SourceError } from "../core/history.ts";
import type { History, HistoryFilter, HistorySource } from "../core/history.ts";
import { historyFrom } from "./hub-history.ts";

/** SQLite's own file, and what it has not moved into it yet. */
const PARTS = ["", "-wal"];
const MOST_TRIES = 20;
const PAGE_SIZE = 100;

/**
 * The task hub of a local host, `sqlite:<file>` there. A copy is read, so that the host may go on meanwhile.
 *
 * @throws {SourceError} if there is no such file, or it is no task hub
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
      if (!passes({ instanceId, status }, filter)) continue;
      const events = JSON.parse(`[${store.history(instance.key)}]`) as HistoryEvent[];
      if (events.length === 0) continue;
      yield historyFrom(instance, events);
    }
    after = page.continuation;
  } while (after !== undefined);
}

/** Copies until nothing has changed meanwhile: two files of two moments are no task hub. */
function openCopy(file: string, copy: string): SqliteStore {
  for (let i = 0; i < MOST_TRIES; i++) {
    const before = stateOf(file);
    for (const part of PARTS) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
    if (stateOf(file) === before) return open(file, copy);
  }
  throw new SourceError(`${file} changes all the time: stop the host, or try again when it has less to do.`);
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
