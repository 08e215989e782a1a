import type { BlobCondition, UploadResult, Version } from "../../storage/blob-upload.ts";

/** A photo in the list of an album. */
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

/** A whole album: its tag changes with each change of a photo. */
export interface AlbumSnapshot extends Version {
  readonly photos: readonly { readonly name: string; readonly etag: string }[];
}

/** The photos of customers, by album. An album exists as long as it has photos. */
export interface AlbumStore {
  /** Stores the whole body or, if reading it fails, nothing. Never has more than a few megabytes in memory. */
  putPhoto(
    photo: { readonly album: string; readonly name: string },
    contentType: string,
    body: AsyncIterable<Uint8Array>,
    condition?: BlobCondition,
  ): Promise<UploadResult>;
  /**
   * One page, sorted by name; undefined if the continuation was not issued by this store.
   *
   * @param options `continuation`: from the previous page; undefined for the first page
   */
  listPhotos(
    album: string,
    options?: { readonly continuation?: string | undefined; readonly pageSize?: number },
  ): Promise<PhotoPage | undefined>;
  /** Undefined if the album has no such photo. */
  readPhoto(album: string, name: string): Promise<Uint8Array | undefined>;
  /** The current state of the album; undefined if it has no photos. */
  snapshot(album: string): Promise<AlbumSnapshot | undefined>;
  /** Deletes all photos, or only those of a snapshot: later uploads then remain. */
  deletePhotos(album: string, only?: AlbumSnapshot): Promise<void>;
}
