import type { BlobCondition, UploadResult } from "../../storage/blob-upload.ts";

/** The price lists of suppliers by name, stored as they were uploaded. */
export interface PriceListStore {
  /** Stores the whole list or, if reading the body fails, nothing. */
  put(name: string, body: AsyncIterable<Uint8Array>, condition?: BlobCondition): Promise<UploadResult>;
  /** The version of the list; undefined if there is no list with this name. */
  find(name: string): Promise<{ readonly etag: string } | undefined>;
  /** The list in this version; undefined if it has been replaced. */
  read(name: string, etag: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}
