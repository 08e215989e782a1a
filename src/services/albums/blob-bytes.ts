import { type BlobClient, RestError } from "@azure/storage-blob";

/** The whole blob in one request; undefined if there is none. */
export async function bytesOf(blob: BlobClient): Promise<Uint8Array | undefined> {
  const response = await unlessMissing(blob.download(0, undefined, { maxRetryRequests: 2 }));
  if (!response) return undefined;
  // Filled in place: photos are large, and joining chunks afterwards would copy each once more.
  const bytes = Buffer.allocUnsafe(response.contentLength ?? 0);
  let filled = 0;
  for await (const chunk of response.readableStreamBody as AsyncIterable<Buffer>) {
    filled += chunk.copy(bytes, filled);
  }
  return bytes.subarray(0, filled);
}

/** What a request answers, or undefined if what it asked for does not exist. */
export async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** In quotes, as HTTP has it: storage and emulators differ in whether they write them. */
export function strongEtag(etag: string | undefined): string {
  const text = etag ?? "";
  return text.startsWith('"') ? text : `"${text}"`;
}
