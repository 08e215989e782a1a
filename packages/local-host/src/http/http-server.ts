import { once } from "node:events";
import { createServer, maxHeaderSize, STATUS_CODES } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../app/app-error.ts";
import { MAX_REQUEST_LINE } from "./http-message.ts";

const LOOPBACK = "127.0.0.1";
/**
 * Room for the header fields that this host adds. The library's server has the same limit as this one: it would refuse
 * a longer head, and the invocation would wait forever for the request.
 */
const OWN_FIELDS_BYTES = 1024;

/**
 * As the Functions host's server (Kestrel). Node's own five seconds close connections that callers would use again, and it
 * accepts one connection in each turn of the event loop: while turns are long, new connections wait for each other.
 */
const KEEP_ALIVE_MS = 130_000;

/** Handles one request; an error that it throws becomes a 500. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The host's one HTTP server, on the loopback address. It listens before there is a handler; requests wait. */
export class HttpServer {
  readonly port: number;
  readonly #server: Server;
  #handler: RequestHandler | undefined;
  #waiting: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = [];
  readonly #open = new Set<ServerResponse>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on("clientError", refuseMalformed);
    server.on("request", (request, response) => this.#receive(request, response));
  }

  /** @param port 0 means any free port. @throws {AppError} when the port is in use */
  static async listen(port: number): Promise<HttpServer> {
    const server = createServer({
      keepAlive: true,
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
      maxHeaderSize: maxHeaderSize - OWN_FIELDS_BYTES,
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          error.code === "EADDRINUSE"
            ? new AppError(
                `Port ${port} is in use. Choose another one with --port, or stop the process that uses it.`,
              )
            : new AppError(`Cannot listen on port ${port}: ${error.message}`),
        ),
      );
      server.listen(port, LOOPBACK, resolve);
    });
    server.removeAllListeners("error");
    const address = server.address();
    return new HttpServer(server, typeof address === "object" && address !== null ? address.port : port);
  }

  get authority(): string {
    return `${LOOPBACK}:${this.port}`;
  }

  /** Starts to handle requests, first those that arrived before. */
  answerWith(handler: RequestHandler): void {
    this.#handler = handler;
    for (const { request, response } of this.#waiting.splice(0)) this.#receive(request, response);
  }

  /**
   * Waits up to `graceMs` for running requests, then closes the remaining connections. It still listens while it waits,
   * because handlers call the management API on this server.
   */
  async close(graceMs: number): Promise<void> {
    for (const { response } of this.#waiting.splice(0)) response.writeHead(503).end();
    await Promise.race([this.#settled(), sleep(graceMs, undefined, { ref: false })]);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    // Clients in this process notice closed connections only in a later turn of the event loop. If another server uses
    // the port before that, they send their next request on a closed connection.
    for (let turns = 0; turns < 2; turns++) await setImmediate();
  }

  async #settled(): Promise<void> {
    while (this.#open.size > 0) {
      await Promise.all([...this.#open].map((response) => once(response, "close")));
    }
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const handler = this.#handler;
    if (handler === undefined) {
      this.#waiting.push({ request, response });
      return;
    }
    this.#open.add(response);
    response.once("close", () => this.#open.delete(response));
    handler(request, response).catch(() => answerError(response));
  }
}

function answerError(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  // Does not wait for the rest of the request, which may be a body that is too large.
  response.writeHead(500, { "content-length": 0, connection: "close" }).end();
}

const PARSER_STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const LONG_LINE = new RegExp(`^[A-Z]+ [^\\n]{${MAX_REQUEST_LINE - 32}}`);

/**
 * Responds to malformed requests as Node does, but with different statuses for an address and for fields that are too
 * long.
 */
function refuseMalformed(error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const isLongLine = LONG_LINE.test(error.rawPacket?.toString("latin1", 0, MAX_REQUEST_LINE) ?? "");
  const status = isLongLine ? 414 : (PARSER_STATUSES[error.code ?? ""] ?? 400);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\n\r\n`, () =>
    socket.destroy(),
  );
}
