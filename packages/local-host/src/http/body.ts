import { once } from "node:events";
import type { IncomingMessage } from "node:http";

/** The Functions host refuses larger request bodies (104,857,600 bytes). */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

/**
 * The slowest request body that Azure's server accepts (Kestrel, `MinRequestBodyDataRate`); it closes slower
 * connections.
 */
const MIN_BYTES_PER_SECOND = 240;
const GRACE_MS = 5000;

/** The body is larger than the host accepts. The response is 500, as in the Functions host. */
export class BodyTooLargeError extends Error {
  constructor() {
    super(`The request body is larger than ${MAX_BODY_BYTES} bytes.`);
    this.name = "BodyTooLargeError";
  }
}

/**
 * Reads a whole request body; `undefined` if there is none.
 *
 * @throws {BodyTooLargeError}
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return undefined;
  if (Number(length ?? 0) > MAX_BODY_BYTES) throw new BodyTooLargeError();
  return atLeastRate(request, () => readChunks(request));
}

async function readChunks(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not close the connection: the client still needs its response.
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size);
}

/**
 * Reads a body that may be a JSON object; any other body stays unread, and the result is `undefined`. The Functions
 * host reads every body with a length before it calls the function, to find names in it; only an object has names.
 *
 * @throws {BodyTooLargeError}
 */
export async function readObjectBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (!(Number(request.headers["content-length"]) > 0)) return undefined;
  let start = request.read() as Buffer | null;
  while (start === null && !request.readableEnded) {
    await atLeastRate(request, () => once(request, "readable"));
    start = request.read() as Buffer | null;
  }
  if (start === null) return undefined;
  request.unshift(start);
  return OBJECT_START.test(start.toString("latin1")) ? readBody(request) : undefined;
}

/** An opening brace, optionally after a UTF-8 byte order mark. */
const OBJECT_START = /^(?:\u00EF\u00BB\u00BF)?\s*\{/;

/**
 * Closes the connection of a caller that sends its body too slowly, as the app does for bodies that it reads itself.
 */
async function atLeastRate<T>(request: IncomingMessage, read: () => Promise<T>): Promise<T> {
  const { socket } = request;
  const [since, before] = [performance.now(), socket.bytesRead];
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - since;
    const least = (MIN_BYTES_PER_SECOND * elapsedMs) / 1000;
    if (elapsedMs >= GRACE_MS && socket.bytesRead - before < least) {
      request.destroy(new Error("The request body arrives too slowly."));
    }
  }, 1000);
  try {
    return await read();
  } finally {
    clearInterval(timer);
  }
}
