import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http/body.ts";
import { absoluteUrl, splitTarget } from "../http/http-message.ts";
import { ManagementQuery } from "./query.ts";
import { plainUri } from "./request-path.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** One request to the management API together with its response. */
export class ManagementRequest {
  readonly method: string;
  readonly query: ManagementQuery;
  /** Origin with which the client reached this host, for links in responses. */
  readonly origin: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #authority: string;

  constructor(request: IncomingMessage, response: ServerResponse, authority: string) {
    this.method = request.method ?? "GET";
    this.query = new ManagementQuery(splitTarget(request).query);
    this.origin = `http://${request.headers.host ?? authority}`;
    this.#request = request;
    this.#response = response;
    this.#authority = authority;
  }

  /** The request's own address, as .NET writes it. */
  get url(): string {
    return plainUri(absoluteUrl(this.#request, this.#authority));
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** Whether the content type is JSON. */
  get isJson(): boolean {
    return /^\s*application\/json\s*(?:;|$)/i.test(this.header("content-type") ?? "");
  }

  /** Whether the request announces a body. */
  get announcesBody(): boolean {
    return this.header("content-length") !== undefined || this.header("transfer-encoding") !== undefined;
  }

  async bodyText(): Promise<string> {
    const body = await readBody(this.#request);
    return body === undefined ? "" : body.toString("utf8").replace(/^\uFEFF/, "");
  }

  /** Responds without a body. */
  empty(status: number): void {
    this.#response.writeHead(status, { "content-length": 0 }).end();
  }

  /** Responds with JSON source. */
  json(status: number, source: string, headers: Readonly<Record<string, string>> = {}): void {
    this.#response
      .writeHead(status, {
        ...headers,
        "content-type": JSON_TYPE,
        "content-length": Buffer.byteLength(source),
      })
      .end(source);
  }
}
