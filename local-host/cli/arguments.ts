import { parseArgs } from "node:util";
import { AppError, messageOf } from "../app/app-error.ts";

export const USAGE = `Usage: npm run local-host -- [options]

Runs an Azure Functions app (Node, v4 programming model) with its durable functions, in this process.

  --app <folder>      the app; default: the current folder
  --port <number>     default: Host.LocalHttpPort of local.settings.json, else 7071; 0 takes any free port
  --store <store>     memory (default) or sqlite:<file>, which keeps instances from one run to the next
  --strict            fail an instance, with the cause, where the real extension would leave it waiting for ever
  --verbose           show what library and host log, too
  --help              this text
`;

/** Where instances are kept. */
export type StoreChoice = { readonly kind: "memory" } | { readonly kind: "sqlite"; readonly file: string };

export interface Arguments {
  readonly app: string;
  readonly port: number | undefined;
  readonly store: StoreChoice;
  readonly strict: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** @throws {AppError} for what is not understood */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parse(args);
  return {
    app: values.app ?? ".",
    port: values.port === undefined ? undefined : port(values.port),
    store: store(values.store ?? "memory"),
    strict: values.strict ?? false,
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
        store: { type: "string" },
        strict: { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new AppError(messageOf(error));
  }
}

function port(text: string): number {
  const parsed = Number(text);
  if (!Number.isInteger(parsed) || parsed < 0 || parsed > 65_535) {
    throw new AppError(`--port ${text}: a number from 0 to 65535 is needed.`);
  }
  return parsed;
}

function store(text: string): StoreChoice {
  if (text === "memory") return { kind: "memory" };
  const file = /^sqlite:(.+)$/.exec(text)?.[1];
  if (file === undefined) throw new AppError(`--store ${text}: use memory or sqlite:<file>.`);
  return { kind: "sqlite", file };
}
