import { randomUUID } from "node:crypto";
import { Agent, request as startRequest } from "node:http";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { TypedData } from "../app/typed-data.ts";
import type { InvocationOutcome, Invoker } from "../invocation/invoker.ts";
import type { OutputWriter } from "../invocation/output-writer.ts";
import { bindingData } from "./binding-data.ts";
import { readObjectBody } from "./body.ts";
import { joinedHeaders, splitTarget } from "./http-message.ts";
import type { RouteMatch } from "./route-table.ts";
import type { ListenerLog } from "../triggers/trigger-listener.ts";
import { traceParentOf } from "./trace-parent.ts";

/** Fields that belong to one connection and are not forwarded (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/**
 * Fields that this host sets itself. From a client they are not forwarded, because they could forge the address or the
 * id of a request.
 */
const OF_THE_HOST = new Set(["x-ms-invocation-id", "x-forwarded-host", "x-forwarded-proto"]);

const UNANSWERED =
  "With HTTP streaming, the client of a function that throws or returns nothing gets no response: on Azure it waits " +
  "for four minutes. This host has responded immediately. Catch errors, and always return a response.";

const NOT_ASCII =
  "With HTTP streaming, the Functions host cannot forward a header that is not ASCII: the client gets no response, and " +
  "after functionTimeout the host starts its worker again. This host has served the request.";

/** How long the unread rest of an upload is still received, as in the Functions host's server. */
const DISCARD_LIMIT_MS = 5000;

interface StreamingParts {
  readonly invoker: Invoker;
  readonly authority: string;
  readonly writeOutputs: OutputWriter;
  readonly log: ListenerLog;
}

/**
 * Serves HTTP functions of an app with streaming enabled. The request goes to the server that the library has opened in
 * this process. The invocation runs at the same time and finds the request there by its id. Only JSON objects are read
 * in advance; everything else is streamed in both directions, with back pressure.
 */
export class StreamingTrigger {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #parts: StreamingParts;
  // No limit: otherwise a request could wait for a connection until the handlers of other requests end.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(url: URL, parts: StreamingParts) {
    this.#parts = parts;
    // An address, because a name would need a lookup per connection; the library listens on all addresses.
    this.#target = {
      host: url.hostname === "localhost" ? "127.0.0.1" : url.hostname,
      port: Number(url.port),
    };
  }

  /** Ends idle connections to the library's server. */
  close(): void {
    this.#agent.destroy();
  }

  async serve(request: IncomingMessage, response: ServerResponse, match: RouteMatch): Promise<void> {
    const invocationId = randomUUID();
    const body = await readObjectBody(request);
    const data = bindingData({
      headers: joinedHeaders(request),
      query: splitTarget(request).query,
      params: match.params,
      ...(body === undefined ? {} : { body: { bytes: body } }),
    });
    if (/\P{ASCII}/u.test(request.rawHeaders.join(""))) this.#parts.log(match.route.fn, "warning", NOT_ASCII);
    const upstream = this.#forward(request, invocationId);
    const relayed = relay(request, upstream, response, body);
    const outcome = await this.#parts.invoker.invoke(match.route.fn, {
      invocationId,
      trigger: { http: {} },
      rpcMetadata: rpcMetadata(data),
      bindingData: () => data,
      traceParent: traceParentOf(request),
    });
    // The response has already been sent, so a failure is only logged.
    if (outcome.ok) await this.#parts.writeOutputs(match.route.fn, outcome.response, () => data);
    if (!outcome.ok || !outcome.answered) {
      endWithoutAnswer(upstream, response, outcome);
      this.#parts.log(match.route.fn, "warning", UNANSWERED);
    }
    await relayed;
    discardRest(request, upstream);
  }

  #forward(request: IncomingMessage, invocationId: string): ClientRequest {
    const { path, query } = splitTarget(request);
    const host = request.headers.host || this.#parts.authority;
    return startRequest({
      ...this.#target,
      agent: this.#agent,
      method: request.method,
      path: query === "" ? path : `${path}?${query}`,
      headers: [
        ...forwardable(request.rawHeaders, OF_THE_HOST),
        ...framing(request),
        // HTTP/1.0 does not require this field, but the library's server does.
        ...(request.headers.host === undefined ? ["host", host] : []),
        "x-ms-invocation-id",
        invocationId,
        "x-forwarded-host",
        host,
        "x-forwarded-proto",
        "http",
      ],
    });
  }
}

/**
 * The field that marks the end of a body without a length. Node adds it only for methods that usually have a body; with
 * other methods the library would read the body as the next request, which allows request smuggling.
 */
function framing({ headers }: IncomingMessage): string[] {
  return headers["transfer-encoding"] === undefined ? [] : ["transfer-encoding", "chunked"];
}

/** What the library needs of the request besides the stream. */
function rpcMetadata(data: Readonly<Record<string, unknown>>): Record<string, TypedData> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === "string" ? { string: value } : { json: JSON.stringify(value) },
    ]),
  );
}

/**
 * Transfers both bodies. Resolves, never rejects, when the response has ended or one side has disconnected.
 *
 * @param body the complete body, if it has been read already
 */
async function relay(
  request: IncomingMessage,
  upstream: ClientRequest,
  response: ServerResponse,
  body: Buffer | undefined,
): Promise<void> {
  response.once("close", () => {
    if (!response.writableFinished) upstream.destroy();
  });
  const answer = new Promise<IncomingMessage | undefined>((resolve) => {
    upstream.once("response", resolve);
    upstream.once("close", () => resolve(undefined));
    // The invocation's outcome reports the error; without a listener it would end the process.
    upstream.on("error", () => resolve(undefined));
  });
  // A caller may wait for the response before it sends the body: without this, the library would get the request only
  // with the first byte.
  upstream.flushHeaders();
  // Not `pipeline`, which would close the client's connection if the library finishes before the upload.
  if (body === undefined) request.pipe(upstream);
  else upstream.end(body);
  const incoming = await answer;
  if (incoming === undefined || response.headersSent) {
    incoming?.destroy();
    if (!response.headersSent && !response.destroyed) response.writeHead(502).end();
    return;
  }
  response.writeHead(incoming.statusCode ?? 502, forwardable(incoming.rawHeaders));
  // Headers of an event stream must not wait for the first event.
  response.flushHeaders();
  await pipeline(incoming, response).catch(() => response.destroy());
}

/** A handler may respond before it has read everything. The client may then finish its upload within a limited time. */
function discardRest(request: IncomingMessage, upstream: ClientRequest): void {
  // Not `complete`: it is true once everything has arrived, read or not, and unread data blocks the connection.
  if (request.readableEnded) return;
  request.unpipe(upstream);
  request.resume();
  upstream.destroy();
  const cutOff = setTimeout(() => request.socket.destroy(), DISCARD_LIMIT_MS);
  request.once("close", () => clearTimeout(cutOff));
}

/** The handler failed or returned no response, so the library will send nothing more. */
function endWithoutAnswer(
  upstream: ClientRequest,
  response: ServerResponse,
  outcome: InvocationOutcome,
): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(outcome.ok ? 204 : 500).end();
  upstream.destroy();
}

function forwardable(rawHeaders: readonly string[], without: ReadonlySet<string> = new Set()): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    const key = name.toLowerCase();
    if (!HOP_BY_HOP.has(key) && !without.has(key)) kept.push(name, rawHeaders[at + 1] ?? "");
  }
  return kept;
}
