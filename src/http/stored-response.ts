import type { HttpResponseInit } from "@azure/functions";
import type { UploadResult } from "../storage/blob-upload.ts";
import { Problem } from "./problem.ts";

/** Answers a PUT: 201 or 200, with what a later request can name this version by. @throws {Problem} 409 */
export function storedResponse(put: UploadResult, what: string, jsonBody: object): HttpResponseInit {
  if (put.kind === "disturbed") throw new Problem("conflict", `Somebody sent this ${what} meanwhile`);
  return {
    status: put.kind === "created" ? 201 : 200,
    headers: { etag: put.etag, "last-modified": put.modifiedAt.toUTCString() },
    jsonBody,
  };
}
