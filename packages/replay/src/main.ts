import { mkdirSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { AppError, Replayer } from "durable-local-host/replay";
import { readArguments, USAGE } from "./cli/arguments.ts";
import type { Arguments } from "./cli/arguments.ts";
import { checkCommand } from "./cli/check-command.ts";
import { cannotWrite } from "./cli/output.ts";
import { debugCommand } from "./cli/debug-command.ts";
import { showEpisodes } from "./cli/show-command.ts";
import { noHistory, sourceFor } from "./cli/source.ts";
import { Watchdog } from "./cli/watchdog.ts";
import { messageOf, SourceError } from "./core/history.ts";
import type { History, HistorySource } from "./core/history.ts";
import { loadAppForReplay } from "./core/load-app.ts";
import { replay } from "./core/replay.ts";
import { printable } from "./report/text.ts";
import { historyFileText } from "./sources/history-files.ts";

/** The exit status if the command could not do its work. */
const FAILED = 2;

// The app's timers, connections and abandoned promises are not part of a replay, and must not end it as a verdict.
for (const event of ["unhandledRejection", "uncaughtException"]) {
  process.on(event, (error: unknown) => {
    console.error(`Error in the app outside of its functions, ignored: ${oneLine(messageOf(error))}`);
  });
}

let status: number | undefined;
let watchdog: Watchdog | undefined;

// An app that ends the process, for example because a setting is missing, must not end it with success.
process.on("exit", () => {
  if (status === undefined && watchdog?.hasBitten !== true) {
    writeSync(2, "The app ended this process, or an orchestrator waits for something that never comes.\n");
  }
  process.exitCode = status ?? FAILED;
});
// The reader of a pipe, such as `head`, has read enough.
process.stdout.on("error", () => process.exit((status = FAILED)));

main().then(
  // The app may have open sockets and timers.
  (result) => process.exit((status = result)),
  (error: unknown) => {
    // Errors that the user can correct are one line. Any other error is a bug in this tool, so its stack is shown.
    const isExpected = error instanceof AppError || error instanceof SourceError;
    console.error(isExpected ? oneLine(messageOf(error)) : error);
    process.exit((status = FAILED));
  },
);

function oneLine(text: string): string {
  return printable(text.trim().replaceAll(/\s*\n\s*/g, " "));
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) {
    console.log(USAGE);
    return 0;
  }
  const source = sourceFor(args);
  if (args.command === "record") return record(args, source);
  const history = args.command === "check" ? undefined : await singleHistory(args, source);
  const app = await loadAppForReplay(args.app);
  if (history !== undefined && !new Replayer(app).knows(history.name))
    throw new SourceError(`The app in ${app.folder} has no orchestrator ${history.name}.`);
  if (history !== undefined && args.command === "debug") return debugCommand(history, app, args.port);
  watchdog = new Watchdog(args.timeoutMs, app.folder);
  if (history === undefined) return checkCommand(args, source, app, watchdog);
  await showEpisodes(replay(history, app, { guard: watchdog.guard }));
  return 0;
}

async function record(args: Arguments, source: HistorySource): Promise<number> {
  const folder = args.output ?? ".";
  let [written, unreadable] = [0, 0];
  for await (const history of source.histories({ running: args.running, instanceId: args.instance })) {
    if ("unreadable" in history) {
      console.error(`${history.instanceId}: ${history.unreadable}`);
      unreadable++;
      continue;
    }
    if ("notStarted" in history) continue;
    const file = path.join(folder, `${fileName(history)}.json`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, historyFileText(history));
    } catch (error) {
      throw cannotWrite(file, error);
    }
    written++;
  }
  if (args.instance !== undefined && written + unreadable === 0) throw noHistory(args, source);
  console.log(`Saved ${written} histories of ${source.name} in ${folder}.`);
  return unreadable > 0 ? 1 : 0;
}

/** Instance ids may contain characters that are not allowed in file names. */
function fileName({ instanceId }: History): string {
  return encodeURIComponent(instanceId.toWellFormed()).replaceAll("*", "%2A");
}

/** @throws {SourceError} if there is no history, or more than one */
async function singleHistory(args: Arguments, source: HistorySource): Promise<History> {
  let found: History | undefined;
  for await (const history of source.histories({ running: args.running, instanceId: args.instance })) {
    if ("unreadable" in history) throw new SourceError(`${history.instanceId}: ${history.unreadable}`);
    if ("notStarted" in history) continue;
    if (found !== undefined) {
      throw new SourceError(
        `There are several histories in ${source.name}: select one with --instance <id>.`,
      );
    }
    found = history;
  }
  if (found === undefined) throw noHistory(args, source);
  return found;
}
