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

/** Whether the Host field, if there is one, is a host and perhaps a port; servers refuse others themselves. */
export function hasValidHost({ headers: { host } }: IncomingMessage): boolean {
  if (host === undefined || host === "") return true;
  return /^[A-Za-z0-9!$&'()._~[\]:-]+$/.test(host) && URL.canParse(`http://${host}/`);
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
