import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "durable-local-host/replay";
import { readArguments, USAGE } from "./cli/arguments.ts";
import type { Arguments } from "./cli/arguments.ts";
import { checkCommand } from "./cli/check-command.ts";
import { debugCommand } from "./cli/debug-command.ts";
import { showEpisodes } from "./cli/show-command.ts";
import { sourceFor } from "./cli/source.ts";
import { messageOf, SourceError } from "./core/history.ts";
import type { History, HistorySource } from "./core/history.ts";
import { loadAppForReplay } from "./core/load-app.ts";
import { replay } from "./core/replay.ts";
import { historyFileText } from "./sources/history-files.ts";

try {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) console.log(USAGE);
  // The app may have open sockets and timers.
  process.exit(args === undefined ? 0 : await run(args));
} catch (error) {
  // Errors that the user can correct are one line. Any other error is a bug in this tool, so its stack is shown.
  const isExpected = error instanceof AppError || error instanceof SourceError;
  console.error(isExpected ? messageOf(error).replaceAll(/\s*\n\s*/g, " ") : error);
  process.exit(2);
}

async function run(args: Arguments): Promise<number> {
  const source = sourceFor(args);
  if (args.command === "record") return record(args, source);
  if (args.command === "check") return checkCommand(args, source, await loadAppForReplay(args.app));
  const history = await singleHistory(args, source);
  const app = await loadAppForReplay(args.app);
  if (args.command === "debug") return debugCommand(history, app, args.port);
  await showEpisodes(replay(history, app));
  return 0;
}

async function record(args: Arguments, source: HistorySource): Promise<number> {
  const folder = args.output ?? ".";
  let written = 0;
  for await (const history of source.histories({ running: args.running, instanceId: args.instance })) {
    if ("unreadable" in history) {
      console.error(`${history.instanceId}: ${history.unreadable}`);
      continue;
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${fileName(history)}.json`), historyFileText(history));
    written++;
  }
  console.log(`Saved ${written} histories of ${source.name} in ${folder}.`);
  return 0;
}

/** Instance ids may contain characters that are not allowed in file names. */
function fileName({ instanceId }: History): string {
  return encodeURIComponent(instanceId).replaceAll("*", "%2A");
}

/** @throws {SourceError} if there is no history, or more than one */
async function singleHistory(args: Arguments, source: HistorySource): Promise<History> {
  let found: History | undefined;
  for await (const history of source.histories({ running: args.running, instanceId: args.instance })) {
    if ("unreadable" in history) throw new SourceError(`${history.instanceId}: ${history.unreadable}`);
    if (found !== undefined) {
      throw new SourceError(
        `There are several histories in ${source.name}: select one with --instance <id>.`,
      );
    }
    found = history;
  }
  if (found !== undefined) return found;
  const which = args.instance === undefined ? "" : ` of instance ${args.instance}`;
  throw new SourceError(`There is no history${which} in ${source.name}.`);
}
