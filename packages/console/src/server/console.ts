import type { IncomingMessage, ServerResponse } from "node:http";
import { EXTRAS_PATH } from "../api/local-host-extras.ts";
import { answerError } from "./answer.ts";
import { PageFiles } from "./page-files.ts";
import { refusalOf, setSecurityHeaders } from "./security-headers.ts";

/** The console as a part of a server on this machine. */
export class Console {
  readonly #page = new PageFiles();

  /** Answers a request for the console. Returns false, with nothing answered, if it is for somebody else. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const name = nameOf(request);
    if (name === undefined) return false;
    setSecurityHeaders(response);
    const refusal = refusalOf(request);
    if (refusal !== undefined) answerError(response, 403, refusal);
    else if (request.method !== "GET" && request.method !== "HEAD") {
      answerError(response, 405, "Only GET is allowed here.");
    } else if (!this.#page.serve(name, request, response)) {
      answerError(response, 404, "The console has nothing at this address.");
    }
    return true;
  }
}

/** @throws {Error} if the page has not been built */
export function createConsole(): Console {
  return new Console();
}

/** The console's own addresses: `/` in a browser, and everything below `/runtime/console/`. */
function nameOf(request: IncomingMessage): string | undefined {
  const [path = ""] = (request.url ?? "").split("?");
  if (path.startsWith(`${EXTRAS_PATH}/`)) return path.slice(EXTRAS_PATH.length + 1);
  const isForPeople = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
  return path === "/" && isForPeople ? "index.html" : undefined;
}
