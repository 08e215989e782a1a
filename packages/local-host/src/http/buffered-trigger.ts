import type { IncomingMessage, ServerResponse } from "node:http";
import type { InvocationOutcome, Invoker } from "../invocation/invoker.ts";
import type { OutputWriter } from "../invocation/output-writer.ts";
import { bindingData } from "./binding-data.ts";
import { readBody } from "./body.ts";
import { absoluteUrl, joinedHeaders, joinedQuery, splitTarget } from "./http-message.ts";
import { traceParentOf } from "./trace-parent.ts";
import type { RouteMatch } from "./route-table.ts";
import type { RpcHttpRequest, RpcHttpResponse } from "./rpc-http.ts";
import { setCookie } from "./set-cookie.ts";

/** Serves HTTP functions with complete bodies in both directions, the default of an app. */
export class BufferedTrigger {
  readonly #invoker: Invoker;
  readonly #authority: string;
  readonly #writeOutputs: OutputWriter;

  constructor(invoker: Invoker, authority: string, writeOutputs: OutputWriter) {
    this.#invoker = invoker;
    this.#authority = authority;
    this.#writeOutputs = writeOutputs;
  }

  async serve(request: IncomingMessage, response: ServerResponse, match: RouteMatch): Promise<void> {
    const body = await readBody(request);
    const { query } = splitTarget(request);
    const http: RpcHttpRequest = {
      method: request.method ?? "GET",
      url: absoluteUrl(request, this.#authority),
      headers: joinedHeaders(request),
      query: joinedQuery(query),
      params: match.params,
      ...(body === undefined ? {} : { body: { bytes: body } }),
    };
    const { fn } = match.route;
    const data = (): Record<string, unknown> => bindingData({ ...http, query });
    const outcome = await this.#invoker.invoke(fn, {
      trigger: { http },
      bindingData: data,
      traceParent: traceParentOf(request),
    });
    if (!outcome.ok || (await this.#writeOutputs(fn, outcome.response, data)) !== undefined) {
      response.writeHead(500, { "content-length": 0 }).end();
      return;
    }
    writeResponse(response, httpOutput(match, outcome));
  }
}

/** The function's response: `$return`, or else the output binding of type http. */
function httpOutput(
  { route: { fn } }: RouteMatch,
  { response }: Extract<InvocationOutcome, { ok: true }>,
): RpcHttpResponse | undefined {
  const output = fn.outputs.find(({ binding }) => binding.type.toLowerCase() === "http");
  const data =
    output === undefined || output.name === "$return"
      ? response.returnValue
      : response.outputData?.find(({ name }) => name === output.name)?.data;
  return data?.http as RpcHttpResponse | undefined;
}

const BODYLESS_STATUSES = new Set([204, 205, 304]);

function writeResponse(response: ServerResponse, http: RpcHttpResponse | undefined): void {
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  const status = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    // The body is sent in one piece, so a length or encoding that the app sets could contradict it.
    if (name !== "content-length" && name !== "transfer-encoding") response.setHeader(name, value);
  }
  if (http.cookies !== undefined && http.cookies.length > 0) {
    response.setHeader("set-cookie", http.cookies.map(setCookie));
  }
  const bodyless = BODYLESS_STATUSES.has(status);
  const body = bodyless ? undefined : bodyBytes(http);
  if (!bodyless) response.setHeader("content-length", body?.byteLength ?? 0);
  response.writeHead(status).end(body);
}

function bodyBytes({ body }: RpcHttpResponse): Uint8Array | undefined {
  if (body?.bytes !== undefined) {
    const { bytes } = body;
    return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  }
  return body?.string === undefined ? undefined : Buffer.from(body.string);
}
