import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { BlobClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { bytesOf, deleteBlobs, jsonOf, storedFile, strongEtag } from "../../src/storage/blob-bytes.ts";
import { callsAtOnce } from "../support/calls-at-once.ts";
import { testStorage } from "../support/storage.ts";

const storage = testStorage();
const blobOf = async (name: string) => (await storage.container("files")).getBlockBlobClient(name);

test.each([0, 10, 5 * 1024 * 1024])("all %i bytes of a blob are read", async (size) => {
  const blob = await blobOf(`bytes-${size}`);
  const bytes = randomBytes(size);
  await blob.uploadData(bytes);
  const read = await bytesOf(blob);
  expect(read?.length).toBe(size);
  expect(bytes.equals(read ?? new Uint8Array())).toBe(true);
});

test("a missing blob has no bytes and is not a file", async () => {
  const blob = await blobOf("missing");
  expect(await bytesOf(blob)).toBeUndefined();
  expect(await storedFile(blob)).toBeUndefined();
});

test("a file has the metadata for a response, and can be read in parts", async () => {
  const blob = await blobOf("hello.txt");
  const { etag, lastModified } = await blob.upload("hello world", 11, {
    blobHTTPHeaders: { blobContentType: "text/plain" },
  });
  const file = await storedFile(blob);
  expect(file).toMatchObject({
    etag: strongEtag(etag),
    modifiedAt: lastModified,
    bytes: 11,
    contentType: "text/plain",
  });
  const read = async (...part: Parameters<NonNullable<typeof file>["read"]>) => {
    const stream = await file?.read(...part);
    return stream instanceof ReadableStream ? text(stream) : stream;
  };
  expect(await read()).toBe("hello world");
  expect(await read({ offset: 6, count: 3 })).toBe("wor");
  await blob.upload("another one", 11);
  expect(await read()).toBeUndefined();
  await blob.delete();
  expect(await read()).toBeUndefined();
});

test("a JSON blob has its value", async () => {
  const blob = await blobOf("value.json");
  expect(await jsonOf(blob)).toBeUndefined();
  const text = JSON.stringify({ name: "Zoë" });
  await blob.upload(text, Buffer.byteLength(text));
  expect(await jsonOf(blob)).toEqual({ name: "Zoë" });
});

test("all blobs with a prefix are deleted, eight at a time, also those with snapshots, and no others", async () => {
  const container = await storage.container("deleted");
  const names = [...Array.from({ length: 20 }, (_, n) => `a/${n}`), "ab/1"];
  for (const name of names) await container.getBlockBlobClient(name).upload("x", 1);
  await container.getBlobClient("a/7").createSnapshot();
  const deletions = callsAtOnce(BlobClient.prototype, "deleteIfExists");
  await deleteBlobs(container, "a/");
  await deleteBlobs(container, "a/");
  expect(deletions.most).toBe(8);
  const left = await Array.fromAsync(container.listBlobsFlat({ includeSnapshots: true }));
  expect(left.map(({ name }) => name)).toEqual(["ab/1"]);
});

test.each([
  ['"0x8D"', '"0x8D"'],
  ["0x8D", '"0x8D"'],
  [undefined, '""'],
])("the tag %s of storage is %s in HTTP", (etag, strong) => {
  expect(strongEtag(etag)).toBe(strong);
});
