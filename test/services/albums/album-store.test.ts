import { Readable } from "node:stream";
import { BlobClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { BlobAlbumStore } from "../../../src/services/albums/blob-album-store.ts";
import { callsAtOnce } from "../../support/calls-at-once.ts";
import { testStorage } from "../../support/storage.ts";

test("the photos of a snapshot are deleted eight at a time", async () => {
  const albums = new BlobAlbumStore(testStorage());
  for (let photo = 0; photo < 20; photo++) {
    await albums.putPhoto({ album: "a", name: `${photo}` }, "image/jpeg", Readable.from([Buffer.from("x")]));
  }
  const deletions = callsAtOnce(BlobClient.prototype, "deleteIfExists");
  await albums.deletePhotos("a", await albums.snapshot("a"));
  expect(deletions.most).toBe(8);
  expect(await albums.snapshot("a")).toBeUndefined();
});
