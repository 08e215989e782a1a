import { Agent, request as open } from "node:http";
import { request as openSecure } from "node:https";
import { inject } from "vitest";

/** A request exactly as it is sent: paths, headers and bodies are not normalised, as `fetch` would do. */
export interface WireRequest {
  readonly method: string;
  /** With the query, not encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const RESPONSE_TIMEOUT_MS = 45_000;

const { base, key } = inject("app");
const target = new URL(base);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** @throws {Error} if there is no response in time */
export function send({ method, path, headers, body }: WireRequest): Promise<WireAnswer> {
  const isSecure = target.protocol === "https:";
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? openSecure : open)({
      ...(!isSecure && { agent }),
      host: target.hostname,
      port: target.port,
      method,
      path,
      headers: { ...(key !== undefined && { "x-functions-key": key }), ...withLength(headers, body) },
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.end(body);
  });
}

/** Without a length, Node would omit the body of a GET or DELETE, or send other bodies in chunks. */
function withLength(headers: WireRequest["headers"], body: WireRequest["body"]) {
  const isChunked = Object.keys(headers).includes("transfer-encoding");
  if (body === undefined || isChunked) return headers;
  return { ...headers, "content-length": String(Buffer.byteLength(body)) };
}
