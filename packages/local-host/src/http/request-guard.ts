import type { IncomingMessage } from "node:http";
import { AppError } from "../app/app-error.ts";
import type { Cors } from "./cors.ts";
import { authorityOf } from "./http-message.ts";

/** Not of the app's functions, which decide themselves about other sites. */
const OWN_ADDRESS = /^\/(?:admin|runtime)(?:\/|$)/i;

/**
 * Refuses what a page of another site makes a browser on this machine send. It can reach the host under a name of its
 * own that points here (DNS rebinding), and can then read everything. With requests to `localhost` it reads nothing, but
 * could start and stop instances.
 */
export class RequestGuard {
  readonly #allowedHosts: readonly string[];
  readonly #cors: Cors;

  /**
   * @param allowedHosts names besides those of this machine; `.name` also allows all names below it
   * @throws {AppError} if one of them is not a name
   */
  constructor(allowedHosts: readonly string[], cors: Cors) {
    this.#allowedHosts = allowedHosts.map(checkedName);
    this.#cors = cors;
  }

  /** Why a request must not be answered; undefined if it may be. */
  refusalOf(request: IncomingMessage, path: string): string | undefined {
    return this.#hostRefusal(request) ?? (OWN_ADDRESS.test(path) ? this.#siteRefusal(request) : undefined);
  }

  #hostRefusal(request: IncomingMessage): string | undefined {
    // Only HTTP/1.0 has no name, and no browser sends that.
    for (const authority of [request.headers.host, authorityOf(request.url ?? "")]) {
      if (authority === undefined || authority === "") continue;
      const name = hostNameOf(authority);
      if (!this.#isAllowed(name)) {
        return `This host does not answer to the name "${name}". Start it with --allow-host ${name} if that is its name.`;
      }
    }
    return undefined;
  }

  /**
   * Origins that `Host.CORS` names are allowed, but of `*` only this machine's, because that is meant for the app's
   * functions.
   */
  #siteRefusal(request: IncomingMessage): string | undefined {
    if (!isOfOtherSite(request)) return undefined;
    const { origin } = request.headers;
    if (origin !== undefined && this.#cors.names(origin)) return undefined;
    if (origin !== undefined && this.#cors.isForAll && isLoopback(hostNameOf(origin))) return undefined;
    return "Pages of other sites cannot use this address. Name their origin in Host.CORS of local.settings.json to allow it.";
  }

  #isAllowed(name: string): boolean {
    return (
      isLoopback(name) ||
      this.#allowedHosts.some((allowed) =>
        allowed.startsWith(".") ? `.${name}`.endsWith(allowed) : name === allowed,
      )
    );
  }
}

/** What the browser says of the page that sends a request. Other clients say nothing, and are not refused. */
function isOfOtherSite({ method, headers }: IncomingMessage): boolean {
  const { origin, host = "" } = headers;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return false;
  if (origin !== undefined) return URL.parse(origin)?.host !== URL.parse(`http://${host}`)?.host;
  // A link may open an address; the page with the link sees nothing of the answer.
  const isLink = (method === "GET" || method === "HEAD") && headers["sec-fetch-mode"] === "navigate";
  return site !== undefined && !isLink;
}

function isLoopback(name: string): boolean {
  return /^(?:.+\.)?localhost$|^127(?:\.\d+){3}$|^\[::1\]$|^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(name);
}

/** Of `name:port` or an origin, in the form that browsers use: lower case, numbers as addresses. */
function hostNameOf(text: string): string {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  return url?.hostname.replace(/\.$/, "") ?? "";
}

function checkedName(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, "");
  if (/^(?:\.?[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])$/.test(name)) return name;
  throw new AppError(
    `--allow-host ${text}: use a name without scheme and port, such as shop.test, or .shop.test with all names below it.`,
  );
}
