import type { HttpRequest } from "@azure/functions";
import type { z } from "zod";
import { fieldProblem, Problem } from "./problem.ts";
import { mediaTypeOf, validate, valuesOf } from "./read-request.ts";

/** A body may take this long, plus one second for every `MIN_BYTES_PER_SECOND` received; a slower sender is cut off. */
const GRACE_MS = 20_000;
const MIN_BYTES_PER_SECOND = 4096;

/**
 * The body in chunks. Reading stops with a 413 as soon as it has more than `limit` bytes, and with a 408 when the
 * caller is too slow. @throws {Problem} 415 or 400 for an encoded or partial body
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
      const timeoutMs = GRACE_MS + (received / MIN_BYTES_PER_SECOND) * 1000 - waitedMs;
      const since = performance.now();
      const next = await within(timeoutMs, chunks.next());
      // Only the caller's time counts: storing the chunks may be slow, too.
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

/** This app does not decode or assemble bodies: an encoded or partial body would be stored as if it were complete. */
function requirePlainAndWhole({ method, headers }: HttpRequest): void {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") {
    throw new Problem("unsupported-media-type", "Send the body without a content encoding", {
      errors: [{ pointer: "#header/content-encoding", message: "Must be left out" }],
      headers: { "accept-encoding": "identity" },
    });
  }
  // RFC 9110, 14.5: with other methods, the header has no meaning.
  if (method === "PUT" && headers.has("content-range")) {
    throw fieldProblem("invalid-request", "#header/content-range", "Must be left out: send the whole of it");
  }
}

/** @throws {Problem} 408 */
async function within<T>(milliseconds: number, value: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Problem("request-timeout", "The body did not arrive in time; send it again"));
  }, milliseconds);
  try {
    return await Promise.race([value, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** More than can be in transit between the host and this process. */
const MAX_DISCARDED = 32 * 1024 * 1024;

/** Discards the body of a request whose response was sent before the body was read; see {@link discard}. */
export function discardBody({ body }: HttpRequest): void {
  if (body && !body.locked) void discard(body.values() as AsyncIterator<Uint8Array>);
}

/**
 * Reads the rest of a body and ignores it. The host reuses its connections to this process: a body that is only partly
 * read, or canceled, would block the next request on the connection, from another caller.
 */
async function discard(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    for (let discarded = 0; discarded < MAX_DISCARDED;) {
      const next = await chunks.next();
      if (next.done) return;
      discarded += next.value.byteLength;
    }
    await chunks.return?.();
  } catch {
    // The caller has disconnected: there is nothing left to read.
  }
}

function tooLarge(limit: number): Problem {
  return new Problem("too-large", `The body has more than the ${limit} bytes that are allowed here`);
}

/** Far more than any JSON request of this API needs. */
export const MAX_JSON_BYTES = 256 * 1024;

/** The parsed JSON body. @throws {Problem} 415, 413 or 400 */
export async function readJson<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  requireMediaType(request, "body", "application/json");
  return validate(schema, parseJson(await readBytes(request)), "body");
}

/** The same for an optional body, which is `{}` if it is missing. @throws {Problem} 415, 413 or 400 */
export async function readOptionalJson<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return validate(schema, {}, "body");
  requireMediaType(request, "body", "application/json");
  return validate(schema, parseJson(bytes), "body");
}

function requireMediaType(request: HttpRequest, what: "body" | "form", mediaType: string): void {
  if (mediaTypeOf(request) === mediaType) return;
  throw new Problem("unsupported-media-type", `Send the ${what} as ${mediaType}`, {
    errors: [{ pointer: "#header/content-type", message: `Must be ${mediaType}` }],
  });
}

async function readBytes(request: HttpRequest, limit = MAX_JSON_BYTES): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedBody(request, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem("invalid-request", "The body is not valid UTF-8");
  }
}

function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text.trim() === "") throw new Problem("invalid-request", "The body is empty; JSON is expected");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem("invalid-request", `The body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** The forms of this app have one or two fields. */
const MAX_FORM_BYTES = 4096;

/**
 * The parsed fields of an HTML form; a field that is sent twice is invalid.
 *
 * @throws {Problem} 415, 413 or 400
 */
export async function readForm<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  requireMediaType(request, "form", "application/x-www-form-urlencoded");
  const fields = new URLSearchParams((await readBytes(request, MAX_FORM_BYTES)).toString());
  return validate(schema, valuesOf(fields), "body");
}
