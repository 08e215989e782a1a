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

/** Changes what an app writes about itself: its address becomes the console's, and keys disappear. */
export class Redaction {
  readonly #own: string;
  readonly #base: RegExp;
  readonly #keys: readonly string[];

  /** @param own address of the console */
  constructor({ base, key }: Target, own: string) {
    this.#own = own;
    const { host, pathname } = new URL(base);
    const path = pathname === "/" ? "" : escaped(pathname);
    // In JSON of .NET a slash may be escaped; behind a load balancer the app may think that it is on http.
    this.#base = new RegExp(`https?:(?:\\\\?/){2}${escaped(host)}${path}(?=\\\\?/(?:api|runtime)\\b)`, "gi");
    this.#keys =
      key === undefined ? [] : [...new Set([key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)])];
  }

  apply(text: string): string {
    let result = text.replaceAll(this.#base, this.#own).replaceAll(CODE, "$1***");
    for (const key of this.#keys) result = result.replaceAll(key, "***");
    return result;
  }
}

const escaped = (text: string): string => text.replaceAll(/\W/g, String.raw`\$&`);

/** The value of `code` in an address of the management API, also where the ampersand is escaped. */
const CODE = /(durabletask[^\s"'<>]*?(?:[?&;]|\\u0026)code=)[^&\s"'<>\\]+/gi;
