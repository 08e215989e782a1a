import { randomBytes } from "node:crypto";
import {
  type BlobHTTPHeaders,
  type BlockBlobClient,
  type BlockBlobCommitBlockListOptions,
  RestError,
} from "@azure/storage-blob";
import { strongEtag } from "./albums/blob-bytes.ts";

/** `disturbed`: another upload of the same blob finished meanwhile, and nothing of this one was kept. */
export type UploadResult =
  { readonly kind: "created" | "replaced"; readonly etag: string } | { readonly kind: "disturbed" };

/** Smaller bodies go up in one request, larger ones in blocks of this size. */
const BLOCK_BYTES = 4 * 1024 * 1024;

/** Keeps the whole body or, if reading it fails, nothing; never holds more than a few megabytes of it. */
export async function uploadBlob(
  blob: BlockBlobClient,
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadResult> {
  const existed = blob.exists();
  // Looked at below; until then its failure must not end the process.
  existed.catch(() => undefined);
  const upload = await stage(blob, body);
  return commit(blob, upload, { blobContentType: contentType }, await existed);
}

/** A body on its way: blocks that storage has and nobody sees yet, and the rest that it has not. */
interface Upload {
  /** Starts the ids of its blocks: those of two uploads to one blob must not mix. */
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
): Promise<UploadResult> {
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
