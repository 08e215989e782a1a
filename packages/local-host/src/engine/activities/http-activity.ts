import { messageOf } from "../../errors.ts";
import type { TaskFailure } from "../history/events.ts";
import type { HttpRequest } from "../replay/actions.ts";
import type { HttpActivityResult } from "../replay/http-call.ts";
import { httpFailure } from "./activity-data.ts";
import { exchange } from "./http-exchange.ts";
import type { HttpAnswer } from "./http-exchange.ts";

/** Gets a bearer token for a resource. */
export type TokenSource = (resource: string) => Promise<string>;

/** Sends a `callHttp` request. Any status is a result; only a missing response is a failure. */
export async function runHttpActivity(
  request: HttpRequest,
  tokenFor: TokenSource | undefined,
): Promise<
  | { readonly ok: true; readonly result: HttpActivityResult }
  | { readonly ok: false; readonly failure: TaskFailure }
> {
  try {
    const answer = await exchange({
      method: request.method,
      url: new URL(request.uri),
      headers: await requestHeaders(request, tokenFor),
      body: request.content,
    });
    return { ok: true, result: toResult(answer) };
  } catch (error) {
    return { ok: false, failure: httpFailure(failureMessage(error, request.uri)) };
  }
}

async function requestHeaders(
  request: HttpRequest,
  tokenFor: TokenSource | undefined,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = { ...request.headers };
  const has = (name: string): boolean => Object.keys(headers).some((key) => key.toLowerCase() === name);
  if (request.content !== undefined) {
    if (!has("content-type")) headers["Content-Type"] = "text/plain";
    if (!has("content-length")) headers["Content-Length"] = String(Buffer.byteLength(request.content));
  }
  if (request.tokenSource !== undefined && tokenFor !== undefined) {
    headers["Authorization"] = `Bearer ${await tokenFor(request.tokenSource.resource)}`;
  }
  return headers;
}

/** Headers that .NET assigns to the content and omits from the response's own headers. */
const CONTENT_HEADERS = new Set([
  "allow",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-md5",
  "content-range",
  "content-type",
  "expires",
  "last-modified",
]);

/** .NET changes the spelling of headers that it knows; others stay as they were sent. */
const KNOWN_HEADERS = new Map(
  [
    "Accept-Ranges",
    "Access-Control-Allow-Origin",
    "Age",
    "Cache-Control",
    "Connection",
    "Date",
    "ETag",
    "Keep-Alive",
    "Link",
    "Location",
    "Pragma",
    "Proxy-Authenticate",
    "Retry-After",
    "Server",
    "Set-Cookie",
    "Strict-Transport-Security",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "Via",
    "Warning",
    "WWW-Authenticate",
  ].map((name) => [name.toLowerCase(), name]),
);

function toResult({ status, headers, body }: HttpAnswer): HttpActivityResult {
  const shown = new Map<string, string | string[]>();
  for (const [sentName, value] of headers) {
    const key = sentName.toLowerCase();
    if (CONTENT_HEADERS.has(key)) continue;
    const name = KNOWN_HEADERS.get(key) ?? sentName;
    const before = shown.get(name);
    if (before === undefined) shown.set(name, value);
    else shown.set(name, typeof before === "string" ? [before, value] : [...before, value]);
  }
  return { statusCode: status, headers: Object.fromEntries(shown), content: body };
}

/** .NET's message where it is known, otherwise Node's. */
function failureMessage(error: unknown, uri: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ECONNREFUSED") return `Connection refused (${authority(uri)})`;
  if (code === "ENOTFOUND") return `Name or service not known (${authority(uri)})`;
  return messageOf(error);
}

function authority(uri: string): string {
  const { hostname, port, protocol } = new URL(uri);
  const standardPort = protocol === "https:" ? "443" : "80";
  return `${hostname}:${port === "" ? standardPort : port}`;
}
