/** A stored file: what a conditional or partial answer needs to know, and the way to its bytes. */
export interface StoredFile {
  /** Strong, in quotes, as HTTP has it. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly bytes: number;
  readonly contentType: string;
  /** The bytes, or a part of them: `count` from `offset` on. Undefined if the file has been replaced or deleted. */
  read(part?: {
    readonly offset: number;
    readonly count: number;
  }): Promise<ReadableStream<Uint8Array> | undefined>;
}
