import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { Problem } from "./problem.ts";

/** A file that can be sent: what must be known before, and the way to its bytes. */
export interface SendableFile {
  /** Strong, in quotes. */
  readonly etag: string;
  readonly bytes: number;
  readonly contentType: string;
  /** The name under which browsers save it instead of showing it: letters, digits, dots, dashes. */
  readonly saveAs?: string;
  /** All bytes, or `count` of them from `offset` on. Undefined if the file has been replaced or deleted meanwhile. */
  read(part?: Part): Promise<ReadableStream<Uint8Array> | Uint8Array | undefined>;
}

interface Part {
  readonly offset: number;
  readonly count: number;
}

/**
 * Answers a GET of a file (RFC 9110): 304 if the caller has it, 206 for one range, 416 for one beyond the end,
 * else 200 with all of it.
 *
 * @throws {Problem} 416, or 409 if the file has changed meanwhile
 */
export async function fileResponse(
  request: HttpRequest,
  file: SendableFile,
  cacheControl: string,
): Promise<HttpResponseInit> {
  const headers = { etag: file.etag, "cache-control": cacheControl, "accept-ranges": "bytes" };
  if (isKnownToCaller(request.headers.get("if-none-match"), file.etag)) return { status: 304, headers };
  const part = requestedPart(request, file);
  const { offset, count } = part ?? { offset: 0, count: file.bytes };
  const body = await file.read(part);
  if (!body) throw new Problem("conflict", "The file was replaced or deleted just now; ask for it again");
  return {
    status: part ? 206 : 200,
    headers: {
      ...headers,
      "content-type": file.contentType,
      "content-length": String(count),
      "x-content-type-options": "nosniff",
      ...(file.saveAs && { "content-disposition": `attachment; filename="${file.saveAs}"` }),
      ...(part && { "content-range": `bytes ${offset}-${offset + count - 1}/${file.bytes}` }),
    },
    body,
  };
}

/** Compared weakly, as RFC 9110 wants it here: proxies that compress turn a strong tag into a weak one. */
function isKnownToCaller(ifNoneMatch: string | null, etag: string): boolean {
  const tags = ifNoneMatch?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes("*") || tags.includes(etag);
}

/** One range of bytes; undefined if there is none, or one that a server may ignore: several, or malformed. */
function requestedPart(request: HttpRequest, { bytes, etag }: SendableFile): Part | undefined {
  const ifRange = request.headers.get("if-range");
  if (ifRange !== null && ifRange !== etag) return undefined;
  const range = firstAndLast(request.headers.get("range") ?? "", bytes);
  if (!range) return undefined;
  const [first, last] = range;
  if (first > last) {
    throw new Problem("range-not-satisfiable", `The file has ${bytes} bytes`, {
      headers: { "content-range": `bytes */${bytes}` },
    });
  }
  return { offset: first, count: last - first + 1 };
}

/** Cut at the file's end; `first > last` if nothing of the file is in it. */
function firstAndLast(header: string, bytes: number): readonly [number, number] | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === "") return last === "" ? undefined : [Math.max(0, bytes - Number(last)), bytes - 1];
  if (last === "") return [Number(first), bytes - 1];
  return Number(last) < Number(first) ? undefined : [Number(first), Math.min(Number(last), bytes - 1)];
}
