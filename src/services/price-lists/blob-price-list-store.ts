import type { BlockBlobClient } from "@azure/storage-blob";
import { strongEtag } from "../../storage/blob-bytes.ts";
import { type BlobCondition, uploadBlob, type UploadResult } from "../../storage/blob-upload.ts";
import { type Storage, unlessMissing, unlessRefused } from "../../storage/storage.ts";
import type { PriceListStore } from "./price-list-store.ts";

/** A blob for each price list. */
export class BlobPriceListStore implements PriceListStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async put(name: string, body: AsyncIterable<Uint8Array>, condition?: BlobCondition): Promise<UploadResult> {
    return uploadBlob(await this.#blob(name), "text/csv; charset=utf-8", body, condition);
  }

  async find(name: string): Promise<{ etag: string } | undefined> {
    const properties = await unlessMissing((await this.#blob(name)).getProperties());
    return properties && { etag: strongEtag(properties.etag) };
  }

  async read(name: string, etag: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const blob = await this.#blob(name);
    const download = blob.download(0, undefined, { conditions: { ifMatch: etag } });
    const found = await unlessRefused(download, 404, 412);
    return found?.readableStreamBody as AsyncIterable<Uint8Array> | undefined;
  }

  async #blob(name: string): Promise<BlockBlobClient> {
    return (await this.#storage.container("price-lists")).getBlockBlobClient(name);
  }
}
