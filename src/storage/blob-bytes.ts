import { Readable } from "node:stream";
import type { BlobClient, ContainerClient } from "@azure/storage-blob";
import type { Version } from "./blob-upload.ts";
import { inParallel } from "./in-parallel.ts";
import { unlessMissing, unlessRefused } from "./storage.ts";

/** The whole blob in one request; undefined if it does not exist. */
export async function bytesOf(blob: BlobClient): Promise<Uint8Array | undefined> {
  const response = await unlessMissing(blob.download(0, undefined, { maxRetryRequests: 2 }));
  if (!response) return undefined;
  // Filled in place: photos are large, and joining chunks would copy them again.
  const bytes = Buffer.allocUnsafe(response.contentLength ?? 0);
  let filled = 0;
  for await (const chunk of response.readableStreamBody as AsyncIterable<Buffer>) {
    filled += chunk.copy(bytes, filled);
  }
  return bytes.subarray(0, filled);
}

/** The value of a JSON blob, which was written as a `T`; undefined if the blob does not exist. */
export async function jsonOf<T>(blob: BlobClient): Promise<T | undefined> {
  const bytes = await bytesOf(blob);
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as T);
}

const DELETES_AT_ONCE = 8;

/** Deletes all blobs whose names begin with the prefix; can be repeated. */
export function deleteBlobs(container: ContainerClient, prefix: string): Promise<void> {
  return inParallel(DELETES_AT_ONCE, container.listBlobsFlat({ prefix }), ({ name }) =>
    container.getBlobClient(name).deleteIfExists({ deleteSnapshots: "include" }),
  );
}

/** A blob as a file that can be sent; undefined if it does not exist. */
export async function storedFile(blob: BlobClient): Promise<StoredFile | undefined> {
  const properties = await unlessMissing(blob.getProperties());
  if (!properties) return undefined;
  const { etag = "", contentLength: bytes = 0, contentType = "application/octet-stream" } = properties;
  // Storage returns it for every blob, although the type does not say so.
  const modifiedAt = properties.lastModified ?? new Date();
  return {
    etag: strongEtag(etag),
    modifiedAt,
    bytes,
    contentType,
    async read({ offset, count } = { offset: 0, count: bytes }) {
      // Only the announced version, because the blob may have been replaced.
      const download = blob.download(offset, count, { conditions: { ifMatch: etag } });
      const response = await unlessRefused(download, 404, 412);
      return response && Readable.toWeb(response.readableStreamBody as Readable);
    },
  };
}

/** In quotes, as HTTP requires: storage and emulators differ in this. */
export function strongEtag(etag: string | undefined): string {
  const text = etag ?? "";
  return text.startsWith('"') ? text : `"${text}"`;
}

/** A part of a file: `count` bytes from `offset` on. */
export interface Part {
  readonly offset: number;
  readonly count: number;
}

/** A stored file: its metadata for conditional and partial responses, and a method that reads its bytes. */
export interface StoredFile extends Version {
  readonly bytes: number;
  readonly contentType: string;
  /** All bytes, or a part of them. Undefined if the file has been replaced or deleted. */
  read(part?: Part): Promise<ReadableStream<Uint8Array> | Uint8Array | undefined>;
}
