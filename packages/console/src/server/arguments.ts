import { parseArgs } from "node:util";
import type { Target } from "./proxy/target.ts";

export const USAGE = `Usage: durable-console --base <url> [options]

Serves the console for a Durable Functions app on this machine's loopback address, and forwards its requests to the
app. A key is added here: it never reaches the browser.

  --base <url>       address of the app, for example http://localhost:7071 or https://<app>.azurewebsites.net
  --key-env <name>   environment variable with the app's system key durabletask_extension; Core Tools need none
  --port <number>    default: 7070; 0 takes any free port
  --help             this text
`;

const DEFAULT_PORT = 7070;

/** A mistake in the arguments; the message says in one sentence how to correct it. */
export class ArgumentError extends Error {}

export interface Arguments {
  readonly target: Target;
  readonly port: number;
}

/** Undefined if help is asked for. @throws {ArgumentError} */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): Arguments | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  if (values.base === undefined)
    throw new ArgumentError("--base <url>: the address of the app is needed; see --help.");
  const base = baseOf(values.base);
  const keyName = values["key-env"];
  const key = keyName === undefined ? undefined : env[keyName];
  if (keyName !== undefined && (key === undefined || key === "")) {
    throw new ArgumentError(
      `--key-env ${keyName}: there is no environment variable of this name with a value.`,
    );
  }
  if (key !== undefined && base.protocol === "http:" && !isLoopback(base)) {
    throw new ArgumentError("--base: the key would be sent without encryption; use an https address.");
  }
  const path = base.pathname.replace(/\/+$/, "");
  return { target: { base: base.origin + path, key, keyName }, port: portOf(values.port) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        base: { type: "string" },
        "key-env": { type: "string" },
        port: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function baseOf(text: string): URL {
  const base = URL.parse(text);
  if (base === null || !/^https?:$/.test(base.protocol)) {
    // The text may have a key in it.
    throw new ArgumentError("--base: an http or https address is needed, such as http://localhost:7071.");
  }
  if (base.search !== "" || base.hash !== "" || base.username !== "" || base.password !== "") {
    throw new ArgumentError("--base: only scheme, host and path; pass a key with --key-env.");
  }
  return base;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(text);
  if (text === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ArgumentError(`--port ${text}: a number from 0 to 65535 is needed.`);
  }
  return port;
}
