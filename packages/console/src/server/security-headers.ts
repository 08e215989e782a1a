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
 * Why a request must not be answered; undefined if it may be. A page of another site can reach a server on this machine:
 * under a name of its own that points here (DNS rebinding), and with posts and requests of its own.
 */
export function refusalOf(request: IncomingMessage): string | undefined {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  const own = ["127.0.0.1", "localhost", "[::1]"].map((name) => (port === 80 ? name : `${name}:${port}`));
  if (host === undefined || !own.includes(host.toLowerCase())) {
    return `The console is only for this machine: open http://localhost:${port}/.`;
  }
  const site = request.headers["sec-fetch-site"];
  const isRead = request.method === "GET" || request.method === "HEAD";
  // A link from another page may open the console; it sees nothing of the answer.
  const isNavigation = isRead && request.headers["sec-fetch-mode"] === "navigate";
  const isOtherSite = site !== undefined && site !== "same-origin" && site !== "none";
  const isOtherOrigin = origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
  if ((isOtherSite && !isNavigation) || isOtherOrigin) return "Pages of other sites cannot use the console.";
  if (!isRead && site === undefined && origin === undefined) {
    return "A request that changes something needs the header Origin or Sec-Fetch-Site.";
  }
  return undefined;
}
