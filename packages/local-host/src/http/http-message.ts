import type { IncomingMessage } from "node:http";

/** Header fields by lower-case name, repeated ones joined by commas, as the Functions host passes them to functions. */
export function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const { rawHeaders } = request;
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    const value = rawHeaders[at + 1] ?? "";
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(headers);
}

/** The start of a target in the absolute form, which is for proxies. */
const ABSOLUTE = /^[a-z]+:\/\/([^/?]*)/i;

/** Host and port of a request's target; undefined if it has none, which is usual. */
export function authorityOf(target: string): string | undefined {
  return ABSOLUTE.exec(target)?.[1];
}

/** The path as it was sent but without dot segments, and the query without its question mark. */
export function splitTarget(request: IncomingMessage): { readonly path: string; readonly query: string } {
  const target = request.url ?? "/";
  const relative = target.startsWith("/") ? target : target.replace(ABSOLUTE, "") || "/";
  const mark = relative.indexOf("?");
  return mark < 0
    ? { path: withoutDots(relative), query: "" }
    : { path: withoutDots(relative.slice(0, mark)), query: relative.slice(mark + 1) };
}

/** Removes `.` and `..`, escaped or not, as the Functions host's server does before routing. */
function withoutDots(path: string): string {
  if (!/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const dots = /^(?:\.|%2e){1,2}$/i.test(segment) ? segment.replaceAll(/%2e/gi, ".") : "";
    if (dots === "") kept.push(segment);
    if (dots === "..") kept.pop();
    if (dots !== "" && index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/** The most header fields that the Functions host's server accepts. */
const MAX_FIELDS = 100;
/** Bytes of the first line, with its line end. */
export const MAX_REQUEST_LINE = 8192;
/** The longest host name, with a port. */
const LONGEST_HOST = 260;

/** The status with which Azure's servers refuse the head of a request; undefined if they accept it. */
export function refusedHead(request: IncomingMessage): number | undefined {
  const { method = "", url = "", rawHeaders } = request;
  if (`${method} ${url} HTTP/1.1\r\n`.length > MAX_REQUEST_LINE) return 414;
  if (/^[^?]*%00/.test(url)) return 400;
  if (rawHeaders.length > 2 * MAX_FIELDS) return 431;
  const [name = "", ...others] = request.headersDistinct["host"] ?? [];
  return others.length === 0 && (name === "" || isHost(name)) ? undefined : 400;
}

/** A host with an optional port. */
function isHost(name: string): boolean {
  const isPlain = name.length <= LONGEST_HOST && /^[A-Za-z0-9!$&'()._~[\]:-]+$/.test(name);
  return isPlain && URL.canParse(`http://${name}/`);
}

/** Query values by name, repeated ones joined by commas, as the Functions host passes them to functions. */
export function joinedQuery(query: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(values);
}

/** The request's own address, as the client spelt it. */
export function absoluteUrl(request: IncomingMessage, fallbackAuthority: string): string {
  const { path, query } = splitTarget(request);
  return `http://${request.headers.host || fallbackAuthority}${path}${query === "" ? "" : `?${query}`}`;
}
