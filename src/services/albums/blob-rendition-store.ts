import type { ContainerClient } from "@azure/storage-blob";
import type { Storage } from "../../storage/storage.ts";
import { bytesOf, deleteBlobs, storedFile, type StoredFile } from "../../storage/blob-bytes.ts";
import { inParallel } from "../../storage/in-parallel.ts";
import type { NewFile, RenderingKey, RenditionStore } from "./rendition-store.ts";

/** The blob that marks a rendering as open. */
const MARKER = "open";
const REQUESTS_AT_ONCE = 8;

/** Renderings as blobs `<album>/<id>/<path>`, so that all renderings of an album can be listed. */
export class BlobRenditionStore implements RenditionStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async open(key: RenderingKey): Promise<void> {
    await (await this.#blob(key, MARKER)).getBlockBlobClient().upload("", 0);
  }

  /**
   * A removal first deletes the marker and then lists the blobs. A write checks the marker after it has written. So
   * either the removal sees the blob, or the write sees that the marker is missing.
   */
  async write(key: RenderingKey, files: readonly NewFile[]): Promise<"kept" | "removed"> {
    await inParallel(REQUESTS_AT_ONCE, files, async ({ path, data, contentType }) => {
      const blob = (await this.#blob(key, path)).getBlockBlobClient();
      const options = { blobHTTPHeaders: { blobContentType: contentType } };
      await blob.upload(data, Buffer.byteLength(data), options);
    });
    if (await (await this.#blob(key, MARKER)).exists()) return "kept";
    await inParallel(REQUESTS_AT_ONCE, files, async ({ path }) =>
      (await this.#blob(key, path)).deleteIfExists(),
    );
    return "removed";
  }

  async read(key: RenderingKey, path: string): Promise<Uint8Array | undefined> {
    return bytesOf(await this.#blob(key, path));
  }

  async find(key: RenderingKey, path: string): Promise<StoredFile | undefined> {
    return storedFile(await this.#blob(key, path));
  }

  async idsOf(album: string): Promise<string[]> {
    const prefix = `${album}/`;
    const ids: string[] = [];
    for await (const item of (await this.#container()).listBlobsByHierarchy("/", { prefix })) {
      if (item.kind === "prefix") ids.push(item.name.slice(prefix.length, -1));
    }
    return ids;
  }

  async remove(key: RenderingKey): Promise<void> {
    await (await this.#blob(key, MARKER)).deleteIfExists();
    await deleteBlobs(await this.#container(), `${key.album}/${key.id}/`);
  }

  async #blob({ album, id }: RenderingKey, path: string) {
    return (await this.#container()).getBlobClient(`${album}/${id}/${path}`);
  }

  #container(): Promise<ContainerClient> {
    return this.#storage.container("renditions");
  }
}
