import type { IncomingMessage, ServerResponse } from "node:http";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The headers of everything that the console answers. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

/**
 * Why a request must not be answered because of the name under which it came; undefined if it may be. A page of another
 * site can reach a server on this machine under a name of its own that points here (DNS rebinding).
 */
export function hostRefusal(request: IncomingMessage): string | undefined {
  // Any port: a forwarded port may have another number.
  const isOwn = /^(?:localhost\.?|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(request.headers.host ?? "");
  return isOwn
    ? undefined
    : `The console is only for this machine: open http://localhost:${request.socket.localPort}/.`;
}

/** The same because of the page that sent it: a page of another site can send requests to `localhost`. */
export function siteRefusal(request: IncomingMessage): string | undefined {
  const { method, headers } = request;
  const isRead = method === "GET" || method === "HEAD";
  // A link from another page may open the console; it sees nothing of the answer.
  const isLink =
    isRead && headers["sec-fetch-site"] !== undefined && headers["sec-fetch-mode"] === "navigate";
  const isOwn = isOfOwnPage(request);
  if (isOwn === false && !isLink) return "Pages of other sites cannot use the console.";
  if (!isRead && isOwn === undefined) {
    return "A request that changes something needs the header Origin or Sec-Fetch-Site.";
  }
  return undefined;
}

/** Undefined if the request does not say it, as those of programs. Old browsers send only `Origin`. */
function isOfOwnPage({ headers }: IncomingMessage): boolean | undefined {
  const { host = "", origin } = headers;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return origin === undefined ? undefined : URL.parse(origin)?.host === URL.parse(`http://${host}`)?.host;
}
