import { randomBytes } from "node:crypto";
import { type BlockBlobClient, type BlockBlobCommitBlockListOptions, RestError } from "@azure/storage-blob";
import { strongEtag } from "./blob-bytes.ts";
import { unlessMissing } from "./storage.ts";

/** A version of something that is stored, as callers see it. */
export interface Version {
  /** Strong, in quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** Throws if the current version (undefined if there is none) must not be replaced. */
export type BlobCondition = (current: Version | undefined) => void;

/** `disturbed`: another upload of the same blob finished in the meantime, and nothing of this one was stored. */
export type UploadResult =
  ({ readonly kind: "created" | "replaced" } & Version) | { readonly kind: "disturbed" };

/** Smaller bodies are uploaded in one request, larger ones in blocks of this size. */
const BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * Stores the whole body or, if reading it fails, nothing. Never has more than a few megabytes in memory. A condition is
 * checked before the body is read, and again after each conflict; exactly the version that was checked is replaced.
 */
export async function uploadBlob(
  blob: BlockBlobClient,
  contentType: string,
  body: AsyncIterable<Uint8Array>,
  condition?: BlobCondition,
): Promise<UploadResult> {
  const before = currentVersion(blob);
  // Awaited below; until then, its failure must not end the process.
  before.catch(() => undefined);
  if (condition) condition(await before);
  const upload = await stage(blob, body);
  return commit({ blob, contentType, upload, condition }, await before);
}

interface Stored extends Version {
  readonly uploadId: string | undefined;
}

async function currentVersion(blob: BlockBlobClient): Promise<Stored | undefined> {
  const found = await unlessMissing(blob.getProperties());
  if (!found) return undefined;
  // Storage returns the time of every blob, although the type does not say so.
  const { etag, lastModified = new Date(), metadata } = found;
  return { etag: strongEtag(etag), modifiedAt: lastModified, uploadId: metadata?.["upload"] };
}

/** An upload in progress: the blocks that are staged but not visible yet, and the rest of the body. */
interface Upload {
  /** Prefix of its block ids, so that the blocks of two uploads to one blob are not mixed. Stored with the blob. */
  readonly id: string;
  readonly blocks: number;
  readonly rest: Buffer;
}

/** All of the same length, as storage requires. */
const blockId = (uploadId: string, index: number) =>
  Buffer.from(`${uploadId}-${String(index).padStart(4, "0")}`).toString("base64");

/** Storage deletes blocks that are never committed, after a week or with the next upload. */
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
    // One block is uploaded while the next one arrives; its failure is handled where it is awaited.
    staged = blob.stageBlock(blockId(id, blocks), Buffer.concat(chunks), size);
    staged.catch(() => undefined);
    blocks += 1;
    chunks = [];
    size = 0;
  }
  await staged;
  return { id, blocks, rest: Buffer.concat(chunks) };
}

interface Write {
  readonly blob: BlockBlobClient;
  readonly contentType: string;
  readonly upload: Upload;
  readonly condition: BlobCondition | undefined;
}

async function commit(write: Write, seen: Stored | undefined): Promise<UploadResult> {
  const { blob, upload, condition } = write;
  condition?.(seen);
  const kind = seen ? "replaced" : "created";
  try {
    return { kind, ...(await put(write, seen)) };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const now = await currentVersion(blob);
    // The answer was lost, and the storage client has repeated a write that had succeeded.
    if (now?.uploadId === upload.id) return { kind, etag: now.etag, modifiedAt: now.modifiedAt };
    if (error.code === "InvalidBlockList") return disturbed(write, now);
    return commit(write, now);
  }
}

/** Without a condition, the last write counts; only whether it is the first must be known. */
async function put(
  { blob, contentType, upload, condition }: Write,
  seen: Stored | undefined,
): Promise<Version> {
  const { etag, lastModified } = await (upload.blocks === 0 ? putWhole : commitBlocks)(blob, upload, {
    blobHTTPHeaders: { blobContentType: contentType },
    metadata: { upload: upload.id },
    conditions: seen ? { ...(condition && { ifMatch: seen.etag }) } : { ifNoneMatch: "*" },
  });
  return { etag: strongEtag(etag), modifiedAt: lastModified ?? new Date() };
}

function disturbed({ condition }: Write, now: Stored | undefined): UploadResult {
  condition?.(now);
  return { kind: "disturbed" };
}

/** Storage's errors if another upload was faster. The commit of an upload deletes all other uploads' blocks. */
const OVERTAKEN: ReadonlySet<string> = new Set([
  "BlobAlreadyExists",
  "BlobNotFound",
  "ConditionNotMet",
  "InvalidBlockList",
]);

const isConflict = (error: unknown): error is RestError =>
  error instanceof RestError && OVERTAKEN.has(error.code ?? "");

const putWhole = (blob: BlockBlobClient, { rest }: Upload, options: BlockBlobCommitBlockListOptions) =>
  blob.upload(rest, rest.length, options);

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
