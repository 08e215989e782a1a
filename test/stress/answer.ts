import path from "node:path";
import { inject } from "vitest";
import type { WireAnswer } from "./wire.ts";

const { secrets } = inject("app");
const ROOT = path.resolve(import.meta.dirname, "../..");

/** Content that must not be in a response: keys, management URLs, stacks, and file paths. */
const LEAKS: readonly (readonly [string, RegExp])[] = [
  ["a management URL", /webhooks\/durabletask|taskHub=|[?&]code=[\w-]{8}/i],
  ["a connection string", /AccountKey|SharedAccessSignature|DefaultEndpointsProtocol/],
  ["a stack trace", /\n\s+at \S|\bat .{1,200}\.(?:js|ts|mjs):\d+/],
  ["a path of a file", /node_modules|file:\/\/|\/(?:home|root|usr|tmp|var)\/\w|[A-Z]:\\\w/],
  ["the name of an error class", /\b(?:TypeError|RangeError|SyntaxError|RestError|AggregateError)\b/],
];

/** Descriptions of forbidden content in a text. */
export function leaksIn(text: string): string[] {
  const found = LEAKS.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
  if (secrets.some((secret) => text.includes(secret))) found.push("a secret");
  if (text.includes(ROOT)) found.push("the app's folder");
  return found;
}

interface Asked {
  readonly method: string;
  /** A server may have responded without calling the app. */
  readonly mayMissTheApp: boolean;
  /** Refusals are pages. */
  readonly isForPeople: boolean;
}

/** The errors in a response, for any request. */
export function faultsOf(answer: WireAnswer, { method, mayMissTheApp, isForPeople }: Asked): string[] {
  const { status, headers, text } = answer;
  const faults = leaksIn(`${JSON.stringify(headers)}\n${text}`).map((leak) => `shows ${leak}`);
  if (status >= 500) faults.push(`status ${status}`);
  const isJson = /json/.test(String(headers["content-type"])) && status !== 206;
  if (isJson) faults.push(...jsonFaults(text, method));
  if ("x-injected" in headers) faults.push("has a header that the request has injected");
  if (status < 400 || status >= 500 || method === "HEAD") return faults;
  if (mayMissTheApp && (text === "" || (status === 403 && FOREIGN_NAME.test(text)))) return faults;
  if (isForPeople && headers["content-type"] === "text/html; charset=utf-8") return faults;
  return [...faults, ...problemFaults(answer)];
}

/** What the local host says to a name that is not its own; other hosts respond with nothing. */
const FOREIGN_NAME =
  /^This host does not answer to the name ".*"\. Start it with --allow-host .* if that is its name\.\n$/;

/** The missing parts of a refusal by RFC 9457. */
function problemFaults({ status, headers, text }: WireAnswer): string[] {
  if (headers["content-type"] !== "application/problem+json") {
    return [`status ${status} with content type ${String(headers["content-type"])}`];
  }
  const problem = parsed(text);
  const faults = ["type", "title", "detail"]
    .filter((name) => typeof problem[name] !== "string" || problem[name] === "")
    .map((name) => `a problem without ${name}`);
  if (problem["status"] !== status) faults.push(`a problem that says ${String(problem["status"])}`);
  if (text.length > 20_000) faults.push(`a problem of ${text.length} characters`);
  return faults;
}

/** Half of a surrogate pair, as JSON writes it. Many parsers refuse a text with it. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/i;

function jsonFaults(text: string, method: string): string[] {
  if (LONE_SURROGATE.test(text)) return ["shows half a character"];
  if (method === "HEAD") return [];
  try {
    JSON.parse(text);
    return [];
  } catch {
    return ["JSON that cannot be read"];
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
