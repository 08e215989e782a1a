import { type BlockBlobClient, RestError } from "@azure/storage-blob";
import { strongEtag, unlessMissing } from "../../storage/blob-bytes.ts";
import { type BlobCondition, uploadBlob, type UploadResult } from "../../storage/blob-upload.ts";
import type { Storage } from "../../storage/storage.ts";
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
    try {
      const { readableStreamBody } = await (
        await this.#blob(name)
      ).download(0, undefined, { conditions: { ifMatch: etag } });
      return readableStreamBody as AsyncIterable<Uint8Array> | undefined;
    } catch (error) {
      if (error instanceof RestError && (error.statusCode === 412 || error.statusCode === 404)) {
        return undefined;
      }
      throw error;
    }
  }

  async #blob(name: string): Promise<BlockBlobClient> {
    return (await this.#storage.container("price-lists")).getBlockBlobClient(name);
  }
}
