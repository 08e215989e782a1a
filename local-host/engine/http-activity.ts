import type { TaskFailure } from "./activity-data.ts";
import { httpFailure } from "./activity-data.ts";
import type { HttpRequest } from "./replay/actions.ts";
import type { HttpActivityResult } from "./replay/http-call.ts";

/** Gets a bearer token for a resource; there is none where this is not given. */
export type TokenSource = (resource: string) => Promise<string>;

/** Headers that .NET counts to the content and leaves out of the response's own. */
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

/** Does a `callHttp` request. Statuses are results, whatever they are; no answer at all is a failure. */
export async function runHttpActivity(
  input: string | null,
  tokenFor: TokenSource | undefined,
): Promise<
  | { readonly ok: true; readonly result: HttpActivityResult }
  | { readonly ok: false; readonly failure: TaskFailure }
> {
  const request = JSON.parse(input ?? "{}") as HttpRequest;
  try {
    const headers = new Headers(request.headers);
    if (request.tokenSource !== undefined && tokenFor !== undefined)
      headers.set("authorization", `Bearer ${await tokenFor(request.tokenSource.resource)}`);
    if (request.content !== undefined && !headers.has("content-type"))
      headers.set("content-type", "text/plain");
    const response = await fetch(request.uri, {
      method: request.method,
      headers,
      ...(request.content === undefined ? {} : { body: request.content }),
    });
    const content = await response.text();
    return { ok: true, result: { statusCode: response.status, headers: headersOf(response), content } };
  } catch (error) {
    return { ok: false, failure: httpFailure(connectionError(error, request.uri)) };
  }
}

function headersOf(response: Response): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of response.headers) {
    if (CONTENT_HEADERS.has(name) || name === "set-cookie") continue;
    headers[canonicalName(name)] = value;
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["Set-Cookie"] = cookies.length === 1 ? (cookies[0] ?? "") : cookies;
  return headers;
}

/** Standard headers as .NET spells them; custom ones come through fetch in lower case and stay so. */
const CANONICAL_NAMES = new Map(
  [
    "Accept-Ranges",
    "Age",
    "Cache-Control",
    "Connection",
    "Date",
    "ETag",
    "Keep-Alive",
    "Location",
    "Pragma",
    "Proxy-Authenticate",
    "Retry-After",
    "Server",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "Via",
    "Warning",
    "WWW-Authenticate",
  ].map((name) => [name.toLowerCase(), name]),
);

function canonicalName(name: string): string {
  return CANONICAL_NAMES.get(name) ?? name;
}

/** As .NET words it for a refused connection; otherwise the innermost message. */
function connectionError(error: unknown, uri: string): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const { hostname, port, protocol } = URL.canParse(uri)
    ? new URL(uri)
    : { hostname: uri, port: "", protocol: "" };
  const authority = `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  if (code === "ECONNREFUSED") return `Connection refused (${authority})`;
  if (code === "ENOTFOUND") return `Name or service not known (${authority})`;
  return cause instanceof Error ? cause.message : String(cause);
}
