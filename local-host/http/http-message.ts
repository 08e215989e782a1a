import type { IncomingMessage } from "node:http";

/** Header fields by lower-case name, repeated ones joined by commas, as the Functions host passes them on. */
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

/** The path as it was sent, and the query without its question mark. */
export function splitTarget(request: IncomingMessage): { readonly path: string; readonly query: string } {
  const target = request.url ?? "/";
  // A proxy may send the absolute form.
  const relative = target.startsWith("/") ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, "") || "/";
  const mark = relative.indexOf("?");
  return mark < 0
    ? { path: relative, query: "" }
    : { path: relative.slice(0, mark), query: relative.slice(mark + 1) };
}

/** What the Functions host's server takes of header fields. */
const MOST_FIELDS = 100;
/** A name of the longest kind, with a port. */
const LONGEST_HOST = 260;

/** The status with which servers refuse the head of a request themselves; undefined if they pass it on. */
export function refusedHead({ rawHeaders, headersDistinct: { host } }: IncomingMessage): number | undefined {
  if (rawHeaders.length > 2 * MOST_FIELDS) return 431;
  const [name = "", ...others] = host ?? [];
  return others.length === 0 && (name === "" || isHost(name)) ? undefined : 400;
}

/** A host and perhaps a port. */
function isHost(name: string): boolean {
  const isPlain = name.length <= LONGEST_HOST && /^[A-Za-z0-9!$&'()._~[\]:-]+$/.test(name);
  return isPlain && URL.canParse(`http://${name}/`);
}

/** Query values by name, repeated ones joined by commas, as the Functions host passes them on. */
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
