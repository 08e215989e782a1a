/** The app behind the proxy. */
export interface Target {
  /** Its address without a slash at the end. */
  readonly base: string;
  /** Sent with each request, never shown. */
  readonly key: string | undefined;
  /** Name of the environment variable with the key, for error texts. */
  readonly keyName: string | undefined;
}

const MANAGEMENT = "/runtime/webhooks/durabletask";
const FORWARDED = [`${MANAGEMENT}/`, "/api/"];

/** The address at the app for a request's address; undefined if nothing there is forwarded. */
export function addressAt({ base }: Target, url: string): URL | undefined {
  const { origin, pathname } = new URL(base);
  const asked = URL.parse(url, origin);
  if (asked?.origin !== origin || !isForwarded(asked.pathname)) return undefined;
  // The key goes into a header.
  asked.searchParams.delete("code");
  asked.pathname = (pathname === "/" ? "" : pathname) + asked.pathname;
  return asked;
}

export function isManagement(address: URL): boolean {
  return address.pathname.toLowerCase().includes(`${MANAGEMENT}/`);
}

/** The app may decode a path once more than the URL parser, which has removed plain `..` segments. */
function isForwarded(path: string): boolean {
  const lower = path.toLowerCase();
  if (!FORWARDED.some((prefix) => lower.startsWith(prefix))) return false;
  let decoded = lower;
  for (let i = 0; i < 3; i++) decoded = decodedOnce(decoded);
  return !decoded.split(/[/\\]/).some((segment) => segment === ".." || segment === ".");
}

function decodedOnce(text: string): string {
  return text.replaceAll("%2e", ".").replaceAll("%2f", "/").replaceAll("%5c", "\\").replaceAll("%25", "%");
}
