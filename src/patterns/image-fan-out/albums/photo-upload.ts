import type { HttpRequest } from "@azure/functions";
import { fieldProblem, Problem } from "../../../http/problem.ts";
import { boundedBody } from "../../../http/read-body.ts";
import { mediaTypeOf } from "../../../http/read-request.ts";
import { type ImageRenderer, MAX_PIXELS } from "../../../services/images/image-renderer.ts";
import { MAX_PHOTO_BYTES, PHOTO_CONTENT_TYPES } from "./albums.contract.ts";

/** The first part of a file, which declares the size in pixels. An embedded preview may come before it. */
const HEAD_BYTES = 1024 * 1024;

/** @throws {Problem} 415 */
export function photoContentType(request: HttpRequest): string {
  const contentType = mediaTypeOf(request);
  if (PHOTO_CONTENT_TYPES.includes(contentType)) return contentType;
  const message = `Must be one of ${PHOTO_CONTENT_TYPES.join(", ")}`;
  throw fieldProblem("unsupported-media-type", "#header/content-type", message);
}

/**
 * The body as a stream. An error ends the stream with a problem, so that nothing is stored: 400 if it is empty, 413 if
 * it is too large or declares too many pixels. A file whose size cannot be determined is accepted; its rendering
 * reports the error.
 */
export async function* photoBody(request: HttpRequest, renderer: ImageRenderer): AsyncGenerator<Uint8Array> {
  let head: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of boundedBody(request, MAX_PHOTO_BYTES)) {
    size += chunk.byteLength;
    if (!head) {
      yield chunk;
      continue;
    }
    head.push(chunk);
    if (size < HEAD_BYTES) continue;
    yield await checkedHead(head, renderer);
    head = undefined;
  }
  if (size === 0) throw new Problem("invalid-request", "The body is empty. Send the bytes of the photo");
  if (head) yield await checkedHead(head, renderer);
}

async function checkedHead(chunks: readonly Uint8Array[], renderer: ImageRenderer): Promise<Uint8Array> {
  const head = Buffer.concat(chunks);
  const declared = await renderer.declaredSize(head);
  if (declared && declared.width * declared.height > MAX_PIXELS) {
    const { width, height } = declared;
    throw new Problem("too-large", `The photo is ${width} × ${height}: more than 100 megapixels`);
  }
  return head;
}
