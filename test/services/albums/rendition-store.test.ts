import { BlobClient, BlockBlobClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { BlobRenditionStore } from "../../../src/services/albums/blob-rendition-store.ts";
import { callsAtOnce } from "../../support/calls-at-once.ts";
import { testStorage } from "../../support/storage.ts";

const store = new BlobRenditionStore(testStorage());
const file = (path: string, data: string) => ({ path, data, contentType: "text/plain" });
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

test("the last version of a file is found, and can be read in parts", async () => {
  const key = { album: "a", id: "one" };
  await store.open(key);
  expect(await store.write(key, [file("x", "first"), file("y", "other")])).toBe("kept");
  expect(await store.write(key, [file("x", "second")])).toBe("kept");
  expect(text(await store.read(key, "x"))).toBe("second");
  const found = await store.find(key, "x");
  expect(found).toMatchObject({ bytes: 6, contentType: "text/plain" });
  expect(found?.etag).toMatch(/^"[^"]+"$/);
  const part = new Response(await found?.read({ offset: 1, count: 3 }));
  expect(await part.text()).toBe("eco");
  expect(await store.find(key, "z")).toBeUndefined();
  expect(await store.read(key, "z")).toBeUndefined();
});

test("a file that is replaced or deleted after it was found is not read", async () => {
  const key = { album: "a", id: "gone" };
  await store.open(key);
  await store.write(key, [file("x", "first")]);
  const first = await store.find(key, "x");
  await store.write(key, [file("x", "second")]);
  expect(await first?.read()).toBeUndefined();
  const second = await store.find(key, "x");
  await store.remove(key);
  expect(await second?.read()).toBeUndefined();
});

test("the renderings of an album are separate from others, and are removed one by one", async () => {
  await store.open({ album: "b", id: "one" });
  await store.open({ album: "b", id: "two" });
  await store.open({ album: "b-more", id: "three" });
  expect(await store.idsOf("b")).toEqual(["one", "two"]);
  await store.write({ album: "b", id: "one" }, [file("deep/x", "x")]);
  await store.remove({ album: "b", id: "one" });
  await store.remove({ album: "b", id: "one" });
  expect(await store.idsOf("b")).toEqual(["two"]);
});

test("a write after the removal stores nothing", async () => {
  const key = { album: "c", id: "one" };
  await store.open(key);
  await store.remove(key);
  expect(await store.write(key, [file("x", "late"), file("y", "late")])).toBe("removed");
  expect(await store.idsOf("c")).toEqual([]);
});

test("files are written, and removed after a late write, eight at a time", async () => {
  const files = Array.from({ length: 20 }, (_, index) => file(`x${index}`, "late"));
  const uploads = callsAtOnce(BlockBlobClient.prototype, "upload");
  const deletions = callsAtOnce(BlobClient.prototype, "deleteIfExists");
  expect(await store.write({ album: "e", id: "one" }, files)).toBe("removed");
  expect([uploads.most, deletions.most]).toEqual([8, 8]);
});

test("simultaneous writes and a removal leave no files", async () => {
  const key = { album: "d", id: "one" };
  await store.open(key);
  const writes = Array.from({ length: 20 }, (_, index) => store.write(key, [file(`x${index}`, "x")]));
  await Promise.all([...writes, store.remove(key)]);
  expect(await store.idsOf("d")).toEqual([]);
});
