import { readFileSync } from "node:fs";
import path from "node:path";
import { SourceError } from "../core/history.ts";
import type { HistorySource } from "../core/history.ts";
import { historyFiles } from "../sources/history-files.ts";
import { localStore } from "../sources/local-store.ts";
import { storageTaskHub } from "../sources/storage-account.ts";
import type { Arguments } from "./arguments.ts";

/** The source that the arguments select: files, else a local store, else a task hub in storage. */
export function sourceFor(args: Arguments): HistorySource {
  if (args.places.length > 0) return allOf(args.places.map((place) => historyFiles(place)));
  if (args.store !== undefined) return localStore(args.store);
  const hub = args.hub ?? hubNameOf(args.app);
  if (args.account !== undefined) return storageTaskHub({ hub, account: args.account, app: args.app });
  // Not an option, because other programs on the machine can read command lines.
  const connectionString = process.env[args.connection];
  if (!connectionString) {
    throw new SourceError(
      `No histories given. Name files, use --store or --account, or set the environment variable ${args.connection} to a connection string.`,
    );
  }
  return storageTaskHub({ hub, connectionString, app: args.app });
}

/** An error because the source has no history that the arguments select. */
export function noHistory({ instance, running }: Arguments, { name }: HistorySource): SourceError {
  const which = instance === undefined ? "" : ` of instance ${instance}`;
  return new SourceError(`There is no history${which}${running ? " that has not ended" : ""} in ${name}.`);
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
    throw new SourceError(
      `${path.resolve(file)} cannot be read: name the app's folder with --app, or the histories.`,
      { cause: error },
    );
  }
  if (typeof hub === "string" && !hub.includes("%")) return hub;
  throw new SourceError("host.json contains no hubName: use --hub <name>.");
}
