import { parseArgs } from "node:util";
import { messageOf, SourceError } from "../core/history.ts";

export const USAGE = `Usage: durable-replay <command> [options]

Replays histories of durable orchestrations on an app's code, with the SDK of the app. No activity runs.

  check [<history>...]   the gate: would these instances go on as they began? Exit status 1 if one would not
  show                   what each episode of one instance does: calls, places in the sources, log lines
  debug                  the same under the debugger: breakpoints in orchestrators are hit as the history is played
  record                 copies histories into files, one each, for a later check

Which app:
  --app <folder>         built, with host.json; default: the current folder

Which histories: files and folders (*.json, *.ndjson), or one of
  --store <file>         the task hub of a local host (its sqlite:<file>)
  --hub <name>           a task hub in Azure Storage or Azurite; default: hubName of host.json
  --connection <name>    name of the environment variable with its connection string; default: AzureWebJobsStorage
  --account <name>       name of its storage account, by the identity of whoever is signed in
  --running              only instances that have not ended: the question before a deployment
  --instance <id>        only this instance; show and debug need it if there are several

check:
  --format <format>      text (default), json or junit
  --output <file>        where the report goes; default: the terminal
debug:
  --port <number>        of the debugger; default: 9229, 0 takes any free port
record:
  --output <folder>      where the files go

  --help                 this text
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
  readonly running: boolean;
  readonly instance: string | undefined;
  readonly format: Format;
  readonly output: string | undefined;
  readonly port: number;
}

const COMMANDS: readonly string[] = ["check", "show", "debug", "record"] satisfies Command[];
const FORMATS: readonly string[] = ["text", "json", "junit"] satisfies Format[];
const USUAL_DEBUGGER_PORT = 9229;

/**
 * Undefined if help is asked for.
 *
 * @throws {SourceError} for what is not understood
 */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parse(args);
  const [command = "", ...places] = positionals;
  if (values.help === true || command === "help") return undefined;
  if (!COMMANDS.includes(command)) {
    throw new SourceError(
      `${command === "" ? "No command" : `Unknown command ${command}`}: use ${COMMANDS.join(", ")}; see --help.`,
    );
  }
  const format = formatOf(values.format ?? "text");
  if (command === "record" && values.output === undefined)
    throw new SourceError("record needs --output <folder>.");
  if (places.length > 0 && values.store !== undefined)
    throw new SourceError("Give files or --store, not both.");
  return {
    command: command as Command,
    app: values.app ?? ".",
    places,
    store: values.store,
    hub: values.hub,
    connection: values.connection ?? "AzureWebJobsStorage",
    account: values.account,
    running: values.running ?? false,
    instance: values.instance,
    format,
    output: values.output,
    port: portOf(values.port),
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
        running: { type: "boolean" },
        instance: { type: "string" },
        format: { type: "string" },
        output: { type: "string" },
        port: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new SourceError(messageOf(error));
  }
}

function formatOf(text: string): Format {
  if (FORMATS.includes(text)) return text as Format;
  throw new SourceError(`--format ${text}: use ${FORMATS.join(", ")}.`);
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? USUAL_DEBUGGER_PORT : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SourceError(`--port ${text}: a number from 0 to 65535 is needed.`);
}
