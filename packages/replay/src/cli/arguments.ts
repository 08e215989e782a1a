import { parseArgs } from "node:util";
import { messageOf, SourceError } from "../core/history.ts";

export const USAGE = `Usage: durable-replay <command> [options]

Replays histories of durable orchestrations on an app's code, with the app's SDK. No activity runs.

  check [<history>...]   the gate: do these instances replay as recorded? Exit status 1 if one does not
  show                   what each episode of one instance does: calls, source positions, log lines
  debug                  the same under a debugger: execution stops at breakpoints in orchestrators
  record                 saves each history in a file of its own, for a later check

Which app:
  --app <folder>         the folder of the built app, with host.json; default: the current folder

Which histories: files and folders (*.json, *.ndjson), or one of these options
  --store <file>         the task hub of a local host (the file of its --store sqlite:<file>)
  --hub <name>           a task hub in Azure Storage or Azurite; default: hubName of host.json
  --connection <name>    the environment variable with its connection string; default: AzureWebJobsStorage
  --account <name>       its storage account, accessed with your signed-in identity
  --allow-missing-hub    a task hub that does not exist has no instances, as before the first deployment
  --running              only instances that have not ended, as needed before a deployment
  --instance <id>        only this instance; show and debug need it if there are several histories
  --default <place>      the file or folder for scripts to use if nothing above says which histories

check:
  --format <format>      text (default), json or junit
  --output <file>        the file for the report; default: standard output
  --timeout <seconds>    how long one episode may run; default: 60
debug:
  --port <number>        the debugger's port; default: 9229; 0 selects a free port
record:
  --output <folder>      the folder for the files

  --help                 show this text
`;

export type Command = "check" | "show" | "debug" | "record";
export type Format = "text" | "json" | "junit";

export interface Arguments {
  readonly command: Command;
  readonly app: string;
  /** Files and folders. */
  readonly places: readonly string[];
  readonly store: string | undefined;
  readonly hub: string | undefined;
  readonly connection: string;
  readonly account: string | undefined;
  readonly allowMissingHub: boolean;
  readonly running: boolean;
  readonly instance: string | undefined;
  readonly format: Format;
  readonly output: string | undefined;
  readonly port: number;
  readonly timeoutMs: number;
}

/** The options that say which histories are meant. */
const SOURCES = ["store", "hub", "connection", "account", "running"] as const;
const COMMANDS: readonly string[] = ["check", "show", "debug", "record"] satisfies Command[];
const FORMATS: readonly string[] = ["text", "json", "junit"] satisfies Format[];
const DEFAULT_DEBUGGER_PORT = 9229;
const DEFAULT_TIMEOUT_S = 60;
const MAX_TIMEOUT_S = 24 * 3600;

/**
 * Undefined if help is requested.
 *
 * @throws {SourceError} for invalid arguments
 */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parse(args);
  const [command = "", ...named] = positionals;
  if (values.help === true || command === "help") return undefined;
  if (!COMMANDS.includes(command)) {
    throw new SourceError(
      `${command === "" ? "No command" : `Unknown command ${command}`}: use ${COMMANDS.join(", ")}; see --help.`,
    );
  }
  const format = formatOf(values.format ?? "text");
  if (command === "record" && values.output === undefined)
    throw new SourceError("record needs --output <folder>.");
  return {
    command: command as Command,
    app: values.app ?? ".",
    places: placesOf(named, values),
    store: values.store,
    hub: values.hub,
    connection: values.connection ?? "AzureWebJobsStorage",
    account: values.account,
    allowMissingHub: values["allow-missing-hub"] === true,
    running: values.running ?? false,
    instance: values.instance,
    format,
    output: values.output,
    port: portOf(values.port),
    timeoutMs: timeoutOf(values.timeout) * 1000,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        app: { type: "string" },
        store: { type: "string" },
        hub: { type: "string" },
        connection: { type: "string" },
        account: { type: "string" },
        "allow-missing-hub": { type: "boolean" },
        running: { type: "boolean" },
        instance: { type: "string" },
        format: { type: "string" },
        output: { type: "string" },
        default: { type: "string" },
        port: { type: "string" },
        timeout: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // The first sentence names the option; the others of Node are about positional arguments.
    throw new SourceError(`${messageOf(error).split(". ")[0]}: see --help.`);
  }
}

/** Files and folders: those that are named, or the default if nothing else says which histories are meant. */
function placesOf(named: readonly string[], values: ReturnType<typeof parse>["values"]): readonly string[] {
  if (named.length > 0 && values.store !== undefined)
    throw new SourceError("Give files or --store, not both.");
  const isMeant = named.length > 0 || SOURCES.some((option) => values[option] !== undefined);
  return isMeant || values.default === undefined ? named : [values.default];
}

function formatOf(text: string): Format {
  if (FORMATS.includes(text)) return text as Format;
  throw new SourceError(`--format ${text}: use ${FORMATS.join(", ")}.`);
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_DEBUGGER_PORT : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SourceError(`--port ${text}: use a number from 0 to 65535.`);
}

function timeoutOf(text: string | undefined): number {
  const seconds = text === undefined ? DEFAULT_TIMEOUT_S : Number(text);
  if (seconds > 0 && seconds <= MAX_TIMEOUT_S) return seconds;
  throw new SourceError(`--timeout ${text}: use a number of seconds, for example ${DEFAULT_TIMEOUT_S}.`);
}
