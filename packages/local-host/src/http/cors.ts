import type { IncomingMessage, ServerResponse } from "node:http";
import type { CorsSettings } from "../app/cors-settings.ts";

/** Allows browsers to call the host from the origins that `local.settings.json` names, as Core Tools do. */
export class Cors {
  readonly #origins: ReadonlySet<string>;
  /** Whether all origins are allowed, by an asterisk. */
  readonly isForAll: boolean;
  readonly #credentials: boolean;

  constructor({ origins, credentials }: CorsSettings) {
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()));
    this.isForAll = origins.length === 1 && this.#origins.has("*");
    this.#credentials = credentials;
  }

  /** Whether the settings name this origin, as it is written. */
  names(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** Writes the header fields for the request's origin. Responds to a preflight request, which is not passed on. */
  handle(request: IncomingMessage, response: ServerResponse): "answered" | "go on" {
    const { origin } = request.headers;
    if (this.#origins.size === 0 || origin === undefined) return "go on";
    const asked = request.method === "OPTIONS" ? request.headers["access-control-request-method"] : undefined;
    if (this.isForAll || this.names(origin)) this.#allow(request, response, origin, asked);
    if (asked === undefined) return "go on";
    response.writeHead(204).end();
    return "answered";
  }

  #allow(
    request: IncomingMessage,
    response: ServerResponse,
    origin: string,
    asked: string | undefined,
  ): void {
    response.setHeader("access-control-allow-origin", this.isForAll ? "*" : origin);
    if (this.#origins.size > 1) response.setHeader("vary", "Origin");
    if (this.#credentials) response.setHeader("access-control-allow-credentials", "true");
    if (asked === undefined) return;
    response.setHeader("access-control-allow-methods", asked);
    const fields = request.headers["access-control-request-headers"];
    if (fields !== undefined) response.setHeader("access-control-allow-headers", fields);
  }
}
