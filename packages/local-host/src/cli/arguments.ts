import path from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "../app/app-error.ts";
import { messageOf } from "../errors.ts";

export const USAGE = `Usage: durable-local-host [options]

Runs an Azure Functions app (Node, v4 programming model) with its durable functions, in this process.

  --app <folder>      the app; default: the current folder
  --port <number>     default: Host.LocalHttpPort of local.settings.json, else 7071; 0 takes any free port
  --allow-host <name> answer to this name, too, such as that of a tunnel; .name also means all names below it; may
                      be repeated. Without it, only localhost and the loopback addresses
  --store <store>     memory (default) or sqlite:<file>, which keeps instances from one run to the next
  --virtual-time      time jumps to the next due time whenever nothing can run: 30 days pass in milliseconds
  --paused            with --virtual-time: time stops until POST /admin/clock moves it
  --start-at <time>   with --virtual-time: its beginning, such as 2026-01-01T00:00:00Z; default: now
  --strict            fail an instance, with the cause, where the real extension would let it wait forever
  --killable          the console may kill this process; for a parent with an IPC channel that starts it again
                      after the message "restart"
  --verbose           also show the log messages of library and host
  --help              show this text

Timers, retries, schedules and currentUtcDateTime follow virtual time; Date in the app's code does not. HTTP
callers use real time: an instance that waits for an event times out immediately, unless the event arrives within
0.2 s after the last call (every call except GET and HEAD stops time for that long) or time is paused. Schedules
run when time passes them, but time does not move only for a schedule. By hand:

  GET  /admin/clock   the current virtual time and when something is due next
  POST /admin/clock   {"advance":"PT1H"} or {"advanceTo":"2026-01-31T12:00:00Z"}; responds when everything due has run
`;

/** The clock: the machine's, a virtual one that jumps automatically, or a virtual one that moves only on request. */
export type TimeChoice =
  { readonly kind: "real" } | { readonly kind: "automatic" | "paused"; readonly startAt: number };

/** Where instances are kept. */
export type StoreChoice = { readonly kind: "memory" } | { readonly kind: "sqlite"; readonly file: string };

export interface Arguments {
  readonly app: string;
  readonly port: number | undefined;
  readonly allowedHosts: readonly string[];
  readonly store: StoreChoice;
  readonly time: TimeChoice;
  readonly strict: boolean;
  readonly killable: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/**
 * Returns absolute paths.
 *
 * @param currentFolder what relative paths start from
 * @throws {AppError} for an invalid argument
 */
export function readArguments(args: readonly string[], currentFolder: string): Arguments {
  const { values } = parse(args);
  return {
    app: path.resolve(currentFolder, values.app ?? "."),
    port: values.port === undefined ? undefined : port(values.port),
    allowedHosts: values["allow-host"] ?? [],
    store: store(values.store ?? "memory", currentFolder),
    time: time(values["virtual-time"] ?? false, values.paused ?? false, values["start-at"]),
    strict: values.strict ?? false,
    killable: values.killable ?? false,
    verbose: values.verbose ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        app: { type: "string" },
        port: { type: "string" },
        "allow-host": { type: "string", multiple: true },
        store: { type: "string" },
        "virtual-time": { type: "boolean" },
        paused: { type: "boolean" },
        "start-at": { type: "string" },
        strict: { type: "boolean" },
        killable: { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Node's message continues with hints that do not apply here.
    throw new AppError(`${messageOf(error).split(/\.\s/)[0]}. Use --help to see the options.`);
  }
}

function port(text: string): number {
  const parsed = Number(text);
  if (!Number.isInteger(parsed) || parsed < 0 || parsed > 65_535) {
    throw new AppError(`--port ${text}: use a number from 0 to 65535.`);
  }
  return parsed;
}

function time(isVirtual: boolean, isPaused: boolean, startAt: string | undefined): TimeChoice {
  if (!isVirtual) {
    if (isPaused) throw new AppError("--paused needs --virtual-time.");
    if (startAt !== undefined) throw new AppError("--start-at needs --virtual-time.");
    return { kind: "real" };
  }
  return {
    kind: isPaused ? "paused" : "automatic",
    startAt: startAt === undefined ? Date.now() : instant(startAt),
  };
}

function instant(text: string): number {
  // With the zone, because a time without one would be that of the machine's zone.
  const parsed = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(parsed))
    throw new AppError(`--start-at ${text}: use a time such as 2026-01-01T00:00:00Z.`);
  return parsed;
}

function store(text: string, currentFolder: string): StoreChoice {
  if (text === "memory") return { kind: "memory" };
  const file = /^sqlite:(.+)$/.exec(text)?.[1];
  if (file === undefined) throw new AppError(`--store ${text}: use memory or sqlite:<file>.`);
  return { kind: "sqlite", file: path.resolve(currentFolder, file) };
}
