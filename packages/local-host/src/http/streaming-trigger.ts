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

/** Fields that belong to one connection and are not passed on (RFC 9110, 7.6.1). */
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

/** What this host says itself: a client that sent them would say where its request came in, or which one it is. */
const OF_THE_HOST = new Set(["x-ms-invocation-id", "x-forwarded-host", "x-forwarded-proto"]);

const UNANSWERED =
  "With HTTP streaming nothing answers the client of a function that throws or returns nothing: on Azure it waits for " +
  "four minutes. It was answered at once here. Catch what is thrown, and return a response always.";

/** How long the rest of an upload that nobody reads is taken in, as the Functions host's server does. */
const DISCARD_LIMIT_MS = 5000;

/**
 * Serves HTTP functions of an app that asked for streaming: the request goes to the server that the library
 * itself has opened in this process, while the invocation runs beside it and finds the request there by its id.
 * Only JSON objects are read before; all else flows, in both directions, at the pace of its reader.
 */
export class StreamingTrigger {
  readonly #invoker: Invoker;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #authority: string;
  readonly #writeOutputs: OutputWriter;
  readonly #log: ListenerLog;
  // No limit: a request that waited for a free connection would wait for other people's handlers.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(
    url: URL,
    parts: {
      readonly invoker: Invoker;
      readonly authority: string;
      readonly writeOutputs: OutputWriter;
      readonly log: ListenerLog;
    },
  ) {
    this.#invoker = parts.invoker;
    // The name would cost a lookup per connection; the library listens on all addresses.
    this.#target = {
      host: url.hostname === "localhost" ? "127.0.0.1" : url.hostname,
      port: Number(url.port),
    };
    this.#authority = parts.authority;
    this.#writeOutputs = parts.writeOutputs;
    this.#log = parts.log;
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
    const upstream = this.#forward(request, invocationId);
    const relayed = relay(request, upstream, response, body);
    const outcome = await this.#invoker.invoke(match.route.fn, {
      invocationId,
      trigger: { http: {} },
      rpcMetadata: rpcMetadata(data),
      bindingData: () => data,
      traceParent: traceParentOf(request),
    });
    // The response has gone by now, so a failure shows in the log only.
    if (outcome.ok) await this.#writeOutputs(match.route.fn, outcome.response, () => data);
    if (!outcome.ok || !outcome.answered) {
      endWithoutAnswer(upstream, response, outcome);
      this.#log(match.route.fn, "warning", UNANSWERED);
    }
    await relayed;
    discardRest(request, upstream);
  }

  #forward(request: IncomingMessage, invocationId: string): ClientRequest {
    const { path, query } = splitTarget(request);
    const host = request.headers.host || this.#authority;
    return startRequest({
      ...this.#target,
      agent: this.#agent,
      method: request.method,
      path: query === "" ? path : `${path}?${query}`,
      headers: [
        ...forwardable(request.rawHeaders, OF_THE_HOST),
        ...framing(request),
        // HTTP/1.0 has no need of it, the library's server does.
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
 * How the library is to tell where a body without a length ends. Node would say so by itself for methods that usually
 * have a body only: with others the library would take the body for the next request, one that anybody may write.
 */
function framing({ headers }: IncomingMessage): string[] {
  return headers["transfer-encoding"] === undefined ? [] : ["transfer-encoding", "chunked"];
}

/** What the library needs of the request beside the stream itself. */
function rpcMetadata(data: Readonly<Record<string, unknown>>): Record<string, TypedData> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === "string" ? { string: value } : { json: JSON.stringify(value) },
    ]),
  );
}

/**
 * Carries both bodies; settles, never rejecting, when the response has ended or either side is gone.
 *
 * @param body what was read of the request before, which is all of it then
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
    // What went wrong shows in the invocation's outcome; an error without a listener would end the process.
    upstream.on("error", () => resolve(undefined));
  });
  // A caller may wait for an answer before it sends the body: without this the library would hear of the request
  // with the first byte only.
  upstream.flushHeaders();
  // Not `pipeline`: that would cut the client off when the library is done before the upload is.
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

/** A handler may answer before it has read everything: the client may finish its upload, but not for ever. */
function discardRest(request: IncomingMessage, upstream: ClientRequest): void {
  // Not `complete`: that is so once all has come in, read or not, and what is not read blocks the connection.
  if (request.readableEnded) return;
  request.unpipe(upstream);
  request.resume();
  upstream.destroy();
  const cutOff = setTimeout(() => request.socket.destroy(), DISCARD_LIMIT_MS);
  request.once("close", () => clearTimeout(cutOff));
}

/** The handler failed or gave no response, so nothing more will come from the library. */
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
