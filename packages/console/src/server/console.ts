import type { IncomingMessage, ServerResponse } from "node:http";
import { EXTRAS_PATH } from "../api/local-host-extras.ts";
import { answerError } from "./answer.ts";
import { Extras } from "./extras.ts";
import type { ConsoleHost } from "./host.ts";
import { PageFiles } from "./page-files.ts";
import { setSecurityHeaders, siteRefusal } from "./security-headers.ts";

/** The console as a part of a local host. */
export class Console {
  readonly #page = new PageFiles();
  readonly #extras: Extras;

  constructor(host: ConsoleHost) {
    this.#extras = new Extras(host);
  }

  /**
   * Answers a request for the console. Returns false, with nothing answered, if it is for somebody else. The host has
   * already refused requests under a foreign name.
   */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const name = ownName(request);
    if (name === undefined) return false;
    setSecurityHeaders(response);
    const refusal = siteRefusal(request);
    if (refusal !== undefined) answerError(response, 403, refusal);
    else if (!this.#extras.serve(name, request, response)) this.#page.serve(name, request, response);
    return true;
  }

  /** Ends open answers and processes. */
  close(): void {
    this.#extras.close();
  }
}

/** @throws {Error} if the page has not been built */
export function createConsole(host: ConsoleHost): Console {
  return new Console(host);
}

/** The console's own addresses: `/` in a browser, and everything below `/runtime/console/`. */
export function ownName(request: IncomingMessage): string | undefined {
  const [path = ""] = (request.url ?? "").split("?");
  if (path.startsWith(`${EXTRAS_PATH}/`)) return path.slice(EXTRAS_PATH.length + 1);
  const isRead = request.method === "GET" || request.method === "HEAD";
  return path === "/" && isRead && (request.headers.accept ?? "").includes("text/html")
    ? "index.html"
    : undefined;
}
