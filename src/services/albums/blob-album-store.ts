import { createHash } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import { type BlobCondition, uploadBlob, type UploadResult } from "../../storage/blob-upload.ts";
import { type Storage, unlessRefused } from "../../storage/storage.ts";
import type { AlbumSnapshot, AlbumStore, PhotoPage } from "./album-store.ts";
import { bytesOf, deleteBlobs, strongEtag } from "../../storage/blob-bytes.ts";
import { inParallel } from "../../storage/in-parallel.ts";

const DELETES_AT_ONCE = 8;
const PAGE_SIZE = 200;

/** Albums as blobs `<album>/<photo>`. */
export class BlobAlbumStore implements AlbumStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async putPhoto(
    { album, name }: { readonly album: string; readonly name: string },
    contentType: string,
    body: AsyncIterable<Uint8Array>,
    condition?: BlobCondition,
  ): Promise<UploadResult> {
    const blob = (await this.#photos()).getBlockBlobClient(`${album}/${name}`);
    return uploadBlob(blob, contentType, body, condition);
  }

  async listPhotos(
    album: string,
    { continuation, pageSize = PAGE_SIZE }: { continuation?: string | undefined; pageSize?: number } = {},
  ): Promise<PhotoPage | undefined> {
    const prefix = `${album}/`;
    const pages = (await this.#photos()).listBlobsFlat({ prefix }).byPage({
      maxPageSize: pageSize,
      ...(continuation !== undefined && { continuationToken: continuation }),
    });
    // The token is the only part of this request that storage can refuse.
    const page = await unlessRefused(pages.next(), 400);
    if (!page) return undefined;
    if (page.done) return { photos: [], continuation: undefined };
    const { segment, continuationToken } = page.value;
    return {
      photos: segment.blobItems.map(({ name, properties }) => ({
        name: name.slice(prefix.length),
        bytes: properties.contentLength ?? 0,
        contentType: properties.contentType ?? "application/octet-stream",
        uploadedAt: properties.lastModified,
      })),
      // Empty, not absent, on the last page.
      continuation: continuationToken || undefined,
    };
  }

  async readPhoto(album: string, name: string): Promise<Uint8Array | undefined> {
    return bytesOf((await this.#photos()).getBlobClient(`${album}/${name}`));
  }

  async snapshot(album: string): Promise<AlbumSnapshot | undefined> {
    const prefix = `${album}/`;
    const photos: { name: string; etag: string }[] = [];
    let modifiedAt = new Date(0);
    for await (const { name, properties } of (await this.#photos()).listBlobsFlat({ prefix })) {
      photos.push({ name: name.slice(prefix.length), etag: strongEtag(properties.etag) });
      if (properties.lastModified > modifiedAt) modifiedAt = properties.lastModified;
    }
    if (photos.length === 0) return undefined;
    const digest = createHash("sha256").update(JSON.stringify(photos)).digest("base64url");
    return { etag: `"${digest}"`, modifiedAt, photos };
  }

  async deletePhotos(album: string, only?: AlbumSnapshot): Promise<void> {
    const photos = await this.#photos();
    if (!only) return deleteBlobs(photos, `${album}/`);
    await inParallel(DELETES_AT_ONCE, only.photos, ({ name, etag }) => {
      const deletion = photos
        .getBlobClient(`${album}/${name}`)
        .deleteIfExists({ deleteSnapshots: "include", conditions: { ifMatch: etag } });
      return unlessRefused(deletion, 412);
    });
  }

  #photos(): Promise<ContainerClient> {
    return this.#storage.container("photos");
  }
}
