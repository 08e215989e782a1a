import type { BlobCondition, BlobVersion, UploadResult } from "../../storage/blob-upload.ts";

/** A photo as an album lists it. */
interface Photo {
  readonly name: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly uploadedAt: Date;
}

export interface PhotoPage {
  readonly photos: readonly Photo[];
  /** Undefined on the last page. */
  readonly continuation: string | undefined;
}

/** An album as a whole: its tag changes with any of its photos. */
export interface AlbumSnapshot extends BlobVersion {
  readonly photos: readonly { readonly name: string; readonly etag: string }[];
}

/** The photos that customers brought, by album. An album exists as long as it has photos. */
export interface AlbumStore {
  /** Keeps the whole body or, if reading it fails, nothing; never holds more than a few megabytes of it. */
  putPhoto(
    photo: { readonly album: string; readonly name: string },
    contentType: string,
    body: AsyncIterable<Uint8Array>,
    condition?: BlobCondition,
  ): Promise<UploadResult>;
  /**
   * One page in the order of names; undefined if the continuation is none that was given.
   *
   * @param options `continuation`: of the page before; undefined for the first
   */
  listPhotos(
    album: string,
    options?: { readonly continuation?: string | undefined; readonly pageSize?: number },
  ): Promise<PhotoPage | undefined>;
  /** Undefined if the album has no such photo. */
  readPhoto(album: string, name: string): Promise<Uint8Array | undefined>;
  /** The album as it is at the moment; undefined if it has no photos. */
  snapshot(album: string): Promise<AlbumSnapshot | undefined>;
  /** Deletes all photos, or those of a snapshot: what came later then stays. */
  deletePhotos(album: string, only?: AlbumSnapshot): Promise<void>;
}
