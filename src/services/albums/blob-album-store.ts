import { randomBytes } from "node:crypto";
import {
  type BlobHTTPHeaders,
  type BlockBlobClient,
  type BlockBlobCommitBlockListOptions,
  type ContainerClient,
  RestError,
} from "@azure/storage-blob";
import type { Storage } from "../storage.ts";
import type { AlbumStore, Photo, PutPhotoResult } from "./album-store.ts";
import { bytesOf, strongEtag } from "./blob-bytes.ts";
import { inParallel } from "./in-parallel.ts";

/** Smaller photos go up in one request, larger ones in blocks of this size. */
const BLOCK_BYTES = 4 * 1024 * 1024;
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
  ): Promise<PutPhotoResult> {
    const blob = (await this.#photos()).getBlockBlobClient(`${album}/${name}`);
    const existed = blob.exists();
    // Looked at below; until then its failure must not end the process.
    existed.catch(() => undefined);
    const upload = await stage(blob, body);
    return commit(blob, upload, { blobContentType: contentType }, await existed);
  }

  async listPhotos(
    album: string,
    { continuation, pageSize = PAGE_SIZE }: { continuation?: string | undefined; pageSize?: number } = {},
  ): Promise<{ photos: Photo[]; continuation: string | undefined }> {
    const prefix = `${album}/`;
    const photos = await this.#photos();
    const page = await photos
      .listBlobsFlat({ prefix })
      .byPage({
        maxPageSize: pageSize,
        ...(continuation !== undefined && { continuationToken: decodeToken(continuation) }),
      })
      .next();
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
      continuation: continuationToken ? encodeToken(continuationToken) : undefined,
    };
  }

  async readPhoto(album: string, name: string): Promise<Uint8Array | undefined> {
    return bytesOf((await this.#photos()).getBlobClient(`${album}/${name}`));
  }

  async deletePhotos(album: string): Promise<void> {
    const photos = await this.#photos();
    await inParallel(DELETES_AT_ONCE, photos.listBlobsFlat({ prefix: `${album}/` }), ({ name }) =>
      photos.getBlobClient(name).deleteIfExists({ deleteSnapshots: "include" }),
    );
  }

  #photos(): Promise<ContainerClient> {
    return this.#storage.container("photos");
  }
}

/** Storage's tokens have all sorts of characters; callers put them into a query. */
const encodeToken = (token: string) => Buffer.from(token).toString("base64url");
const decodeToken = (token: string) => Buffer.from(token, "base64url").toString();

/** A body on its way: blocks that storage has and nobody sees yet, and the rest that it has not. */
interface Upload {
  /** Starts the ids of its blocks: those of two uploads of one photo must not mix. */
  readonly id: string;
  readonly blocks: number;
  readonly rest: Buffer;
}

/** All of one length, as storage demands. */
const blockId = (uploadId: string, index: number) =>
  Buffer.from(`${uploadId}-${String(index).padStart(4, "0")}`).toString("base64");

/** Blocks that are never committed are dropped by storage itself, after a week or with the next upload. */
async function stage(blob: BlockBlobClient, body: AsyncIterable<Uint8Array>): Promise<Upload> {
  const id = randomBytes(12).toString("hex");
  let blocks = 0;
  let chunks: Uint8Array[] = [];
  let size = 0;
  let staged: Promise<unknown> = Promise.resolve();
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size < BLOCK_BYTES) continue;
    await staged;
    // One block goes up while the next one comes in; its failure is met where it is awaited.
    staged = blob.stageBlock(blockId(id, blocks), Buffer.concat(chunks), size);
    staged.catch(() => undefined);
    blocks += 1;
    chunks = [];
    size = 0;
  }
  await staged;
  return { id, blocks, rest: Buffer.concat(chunks) };
}

async function commit(
  blob: BlockBlobClient,
  upload: Upload,
  blobHTTPHeaders: BlobHTTPHeaders,
  existed: boolean,
): Promise<PutPhotoResult> {
  const options = { blobHTTPHeaders, conditions: existed ? {} : { ifNoneMatch: "*" } };
  try {
    const { etag } = await (upload.blocks === 0
      ? blob.upload(upload.rest, upload.rest.length, options)
      : commitBlocks(blob, upload, options));
    return { kind: existed ? "replaced" : "created", etag: strongEtag(etag) };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    // Somebody created it since we looked: then this is the replacement.
    if (!existed && error.code === "BlobAlreadyExists") {
      return commit(blob, upload, blobHTTPHeaders, true);
    }
    // Another upload's commit drops all blocks that are not its own.
    if (error.code === "InvalidBlockList") return { kind: "disturbed" };
    throw error;
  }
}

async function commitBlocks(
  blob: BlockBlobClient,
  { id, blocks, rest }: Upload,
  options: BlockBlobCommitBlockListOptions,
) {
  const ids = Array.from({ length: blocks }, (_, index) => blockId(id, index));
  if (rest.length > 0) {
    ids.push(blockId(id, blocks));
    await blob.stageBlock(blockId(id, blocks), rest, rest.length);
  }
  return blob.commitBlockList(ids, options);
}
