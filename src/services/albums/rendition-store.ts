import type { StoredFile } from "../../storage/blob-bytes.ts";

/** One rendering of an album. */
export interface RenderingKey {
  readonly album: string;
  /** Of the process that renders it. */
  readonly id: string;
}

export interface NewFile {
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly contentType: string;
}

/** What renderings make: renditions, manifests, and the lists by which their steps hand work to each other. */
export interface RenditionStore {
  /** Must come first: nothing can be written to a rendering that is not open. Harmless when repeated. */
  open(key: RenderingKey): Promise<void>;
  /**
   * Keeps the files under their paths, in place of what was there: a repeated step does no harm. `removed`: the
   * rendering is gone, and nothing was kept, however late the step is.
   */
  write(key: RenderingKey, files: readonly NewFile[]): Promise<"kept" | "removed">;
  /** The whole file; undefined if there is none. */
  read(key: RenderingKey, path: string): Promise<Uint8Array | undefined>;
  /** What a file is, before it is read; undefined if there is none. */
  find(key: RenderingKey, path: string): Promise<StoredFile | undefined>;
  /** Ids of the album's renderings of which anything is left. */
  idsOf(album: string): Promise<string[]>;
  /** Closes the rendering and deletes all that was written to it. */
  remove(key: RenderingKey): Promise<void>;
}
