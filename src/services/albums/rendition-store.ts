import type { StoredFile } from "../../storage/blob-bytes.ts";

/** One rendering of an album. */
export interface RenderingKey {
  readonly album: string;
  /** Id of the process that renders it. */
  readonly id: string;
}

export interface NewFile {
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly contentType: string;
}

/** The files of renderings: renditions, manifests, and the lists that their steps exchange. */
export interface RenditionStore {
  /** Must be called first: nothing can be written to a rendering that is not open. Can be repeated. */
  open(key: RenderingKey): Promise<void>;
  /**
   * Stores the files and replaces existing ones, so a step can be repeated. `removed`: the rendering was removed, and
   * nothing was stored, however late the step is.
   */
  write(key: RenderingKey, files: readonly NewFile[]): Promise<"kept" | "removed">;
  /** The content of a file; undefined if it does not exist. */
  read(key: RenderingKey, path: string): Promise<Uint8Array | undefined>;
  /** A file's metadata and a way to read it; undefined if it does not exist. */
  find(key: RenderingKey, path: string): Promise<StoredFile | undefined>;
  /** Ids of the album's renderings that still have files. */
  idsOf(album: string): Promise<string[]>;
  /** Closes the rendering and deletes all its files. */
  remove(key: RenderingKey): Promise<void>;
}
