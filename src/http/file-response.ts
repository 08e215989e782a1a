import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Part, StoredFile } from "../storage/blob-bytes.ts";
import type { UploadResult } from "../storage/blob-upload.ts";
import { Problem } from "./problem.ts";
import { callerHasVersion } from "./read-request.ts";

export interface SendableFile extends StoredFile {
  /** If set, browsers save the file with this name instead of showing it: letters, digits, dots, dashes. */
  readonly saveAs?: string;
}

/**
 * Responds to a GET of a file (RFC 9110): 412 or 304 by the caller's conditions, 206 for one range, 416 for a range
 * beyond the end, else 200 with the whole file. A HEAD returns the headers of the whole file, without its bytes.
 *
 * @throws {Problem} 412, 416, or 409 if the file has changed in the meantime
 */
export async function fileResponse(
  request: HttpRequest,
  file: SendableFile,
  cacheControl: string,
): Promise<HttpResponseInit> {
  const headers = {
    etag: file.etag,
    "last-modified": file.modifiedAt.toUTCString(),
    "cache-control": cacheControl,
    "accept-ranges": "bytes",
  };
  if (callerHasVersion(request, file)) return { status: 304, headers };
  const isHead = request.method === "HEAD";
  const part = isHead ? undefined : requestedPart(request, file);
  const { offset, count } = part ?? { offset: 0, count: file.bytes };
  const body = isHead ? undefined : await file.read(part);
  if (!isHead && !body) {
    throw new Problem("conflict", "The file was replaced or deleted just now; ask for it again");
  }
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
    ...(body && { body }),
  };
}

/**
 * The requested range of bytes. Undefined if there is none, or if a server may ignore it: several ranges, or a malformed
 * one.
 */
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

/** Limited to the file's end; `first > last` if the range contains nothing of the file. */
function firstAndLast(header: string, bytes: number): readonly [number, number] | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === "") return last === "" ? undefined : [Math.max(0, bytes - Number(last)), bytes - 1];
  if (last === "") return [Number(first), bytes - 1];
  return Number(last) < Number(first) ? undefined : [Number(first), Math.min(Number(last), bytes - 1)];
}

/** Responds to a PUT: 201 or 200, with the ETag and time of this version for later requests. @throws {Problem} 409 */
export function storedResponse(put: UploadResult, what: string, jsonBody: object): HttpResponseInit {
  if (put.kind === "disturbed")
    throw new Problem("conflict", `Another request replaced this ${what} in the meantime`);
  return {
    status: put.kind === "created" ? 201 : 200,
    headers: { etag: put.etag, "last-modified": put.modifiedAt.toUTCString() },
    jsonBody,
  };
}
