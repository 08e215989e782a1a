import { readFileSync } from "node:fs";
import path from "node:path";
import { SourceError } from "../core/history.ts";
import type { HistorySource } from "../core/history.ts";
import { historyFiles } from "../sources/history-files.ts";
import { localStore } from "../sources/local-store.ts";
import { storageTaskHub } from "../sources/storage-account.ts";
import type { Arguments } from "./arguments.ts";

/** What the arguments name, files before a local store before a task hub in storage. */
export function sourceFor(args: Arguments): HistorySource {
  if (args.places.length > 0) return allOf(args.places.map((place) => historyFiles(place)));
  if (args.store !== undefined) return localStore(args.store);
  const hub = args.hub ?? hubNameOf(args.app);
  if (args.account !== undefined) return storageTaskHub({ hub, account: args.account, app: args.app });
  // Not an option: what is typed on a command line can be read by every program of the machine.
  const connectionString = process.env[args.connection];
  if (!connectionString) {
    throw new SourceError(
      `Which histories? Name files, --store or --account, or put a connection string into the environment as ${args.connection}.`,
    );
  }
  return storageTaskHub({ hub, connectionString, app: args.app });
}

function allOf(sources: readonly HistorySource[]): HistorySource {
  return {
    name: sources.map(({ name }) => name).join(", "),
    async *histories(filter) {
      for (const source of sources) yield* source.histories(filter);
    },
  };
}

function hubNameOf(app: string): string {
  const file = path.join(app, "host.json");
  let hub: unknown;
  try {
    const host = JSON.parse(readFileSync(file, "utf8")) as {
      readonly extensions?: { readonly durableTask?: { readonly hubName?: unknown } };
    };
    hub = host.extensions?.durableTask?.hubName;
  } catch (error) {
    throw new SourceError(`${file} cannot be read.`, { cause: error });
  }
  if (typeof hub === "string" && !hub.includes("%")) return hub;
  throw new SourceError("host.json names no task hub: give --hub <name>.");
}
