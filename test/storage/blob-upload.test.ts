import { type BlockBlobClient, RestError } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { BlobAlbumStore } from "../../src/services/albums/blob-album-store.ts";
import { uploadBlob } from "../../src/storage/blob-upload.ts";
import { testStorage } from "../support/storage.ts";

const storage = testStorage();
const blobOf = async (name: string) => (await storage.container("photos")).getBlockBlobClient(name);

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(size, "x");
}

/** Executes the request, but behaves like a storage client after a retry: the first response is lost. */
function losingAnswers(blob: BlockBlobClient): BlockBlobClient {
  return new Proxy(blob, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (name !== "upload" && name !== "commitBlockList") return value;
      return async (...args: unknown[]) => {
        await (value as (...args: unknown[]) => Promise<unknown>).apply(target, args);
        return (value as (...args: unknown[]) => Promise<unknown>).apply(target, args);
      };
    },
  });
}

test.each([
  ["in one request", 10],
  ["in blocks", 5 * 1024 * 1024],
])("a conditional upload %s whose response was lost is recognised as done", async (_, size) => {
  const blob = await blobOf(`lost-${size}`);
  const created = await uploadBlob(losingAnswers(blob), "image/jpeg", bytes(size), (current) => {
    if (current) throw new Error("exists");
  });
  expect(created).toMatchObject({ kind: "created", etag: `${(await blob.getProperties()).etag}` });
  const seen = created.kind === "disturbed" ? "" : created.etag;
  const replaced = await uploadBlob(losingAnswers(blob), "image/jpeg", bytes(size), (current) => {
    if (current?.etag !== seen) throw new Error("is another");
  });
  expect(replaced.kind).toBe("replaced");
});

test("other errors of storage are failures", async () => {
  const blob = await blobOf("leased");
  await blob.upload("x", 1);
  await blob.getBlobLeaseClient().acquireLease(-1);
  await expect(uploadBlob(blob, "image/jpeg", bytes(10), () => undefined)).rejects.toBeInstanceOf(RestError);
});

test("photos that are added after a snapshot survive the snapshot's deletion", async () => {
  const albums = new BlobAlbumStore(storage);
  const put = (name: string) => albums.putPhoto({ album: "later", name }, "image/jpeg", bytes(10));
  for (const name of ["a", "b"]) await put(name);
  const snapshot = await albums.snapshot("later");
  await put("b");
  await put("c");
  await albums.deletePhotos("later", snapshot);
  const left = await albums.listPhotos("later");
  expect(left?.photos.map(({ name }) => name)).toEqual(["b", "c"]);
});

test("a small body that arrives in many parts is stored in one request", async () => {
  const blob = await blobOf("in-parts");
  async function* parts() {
    for (let part = 0; part < 5; part++) yield* bytes(10);
  }
  await uploadBlob(blob, "image/jpeg", parts());
  const { committedBlocks = [] } = await blob.getBlockList("committed");
  expect([(await blob.getProperties()).contentLength, committedBlocks]).toEqual([50, []]);
});
