import type { HttpRequest } from "@azure/functions";
import { fieldProblem, Problem } from "./problem.ts";

/** A body may take so long, and a second more for so many bytes that have come: slower ones are no uploads. */
const GRACE_MS = 20_000;
const LEAST_BYTES_PER_SECOND = 4096;

/**
 * The body in chunks. Reading stops with a 413 as soon as it has more than `limit` bytes, and with a 408 when the
 * caller is slow on purpose or has stopped. @throws {Problem} 415 or 400 for what is no plain and whole body
 */
export async function* boundedBody(request: HttpRequest, limit: number): AsyncGenerator<Uint8Array> {
  requirePlainAndWhole(request);
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const chunks = request.body?.values() as AsyncIterator<Uint8Array> | undefined;
  if (!chunks) return;
  let isOver = false;
  let [received, waitedMs] = [0, 0];
  try {
    for (;;) {
      const patienceMs = GRACE_MS + (received / LEAST_BYTES_PER_SECOND) * 1000 - waitedMs;
      const since = performance.now();
      const next = await within(patienceMs, chunks.next());
      // Only the caller's time counts: whoever stores the chunks may be slow, too.
      waitedMs += performance.now() - since;
      isOver = next.done ?? false;
      if (next.done) return;
      received += next.value.byteLength;
      if (received > limit) throw tooLarge(limit);
      yield next.value;
    }
  } finally {
    if (!isOver) void discard(chunks);
  }
}

/** Nothing here unpacks bodies or puts them together: they would be taken, and stored, for what they are not. */
function requirePlainAndWhole({ method, headers }: HttpRequest): void {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") {
    throw new Problem("unsupported-media-type", "Send the body without a content encoding", {
      errors: [{ pointer: "#header/content-encoding", message: "Must be left out" }],
      headers: { "accept-encoding": "identity" },
    });
  }
  // RFC 9110, 14.5. With other methods it means nothing.
  if (method === "PUT" && headers.has("content-range")) {
    throw fieldProblem("invalid-request", "#header/content-range", "Must be left out: send the whole of it");
  }
}

/** @throws {Problem} 408 */
async function within<T>(milliseconds: number, value: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const problem = new Problem("request-timeout", "The body did not arrive in time; send it again");
  const timer = setTimeout(reject, milliseconds, problem);
  try {
    return await Promise.race([value, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** More than what can be on its way between the host and this process. */
const MOST_DISCARDED = 32 * 1024 * 1024;

/** Reads on after an answer that came before the body was looked at: see {@link discard}. */
export function discardBody({ body }: HttpRequest): void {
  if (body && !body.locked) void discard(body.values() as AsyncIterator<Uint8Array>);
}

/**
 * Reads on what nobody wants. The host sends requests to this process over connections that it uses again: a body
 * that is left half read, or canceled, blocks the next request on its connection, which is somebody else's.
 */
async function discard(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    for (let discarded = 0; discarded < MOST_DISCARDED;) {
      const next = await chunks.next();
      if (next.done) return;
      discarded += next.value.byteLength;
    }
    await chunks.return?.();
  } catch {
    // The caller has gone: there is nothing left to read.
  }
}

function tooLarge(limit: number): Problem {
  return new Problem("too-large", `The body has more than the ${limit} bytes that are allowed here`);
}
