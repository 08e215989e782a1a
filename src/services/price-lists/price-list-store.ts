import type { BlobCondition, UploadResult } from "../../storage/blob-upload.ts";

/** The price lists that suppliers sent, by name, as they were sent. */
export interface PriceListStore {
  /** Keeps the whole list or, if reading it fails, nothing. */
  put(name: string, body: AsyncIterable<Uint8Array>, condition?: BlobCondition): Promise<UploadResult>;
  /** What tells this list from one that replaces it; undefined if there is none of the name. */
  find(name: string): Promise<{ readonly etag: string } | undefined>;
  /** The list of this etag; undefined if it has been replaced. */
  read(name: string, etag: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}
