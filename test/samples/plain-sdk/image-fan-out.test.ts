import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planPages } from "../../../src/patterns/image-fan-out/lanes/page-plan.ts";
import { laneId, type PhotoOutcome } from "../../../src/patterns/image-fan-out/lanes/lane.contract.ts";
import { Albums } from "../../patterns/image-fan-out/albums.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { startPlainApp } from "./plain-app.ts";

let shop: Shop;
let albums: Albums;
beforeAll(async () => {
  shop = await startShop();
  albums = new Albums(shop.host);
});
afterAll(() => shop?.host.stop());

const THOUSAND = Array.from({ length: 1_000 }, (_, index) => `p${String(index).padStart(3, "0")}.jpg`);

test("the plain album is rendered, and its sizes are added up", async () => {
  await using plain = await startPlainApp();
  const album = await (await plain.start("albums/holidays/renditions")).completion();
  expect(album.output).toEqual({ photos: 3, bytes: 3 * 1_000 * "holidays-1.jpg".length });
  expect(plain.outside.albums.manifests).toHaveLength(1);
});

describe("one broken photo among good ones", () => {
  test("fails the plain album: no manifest, no list of finished photos", async () => {
    await using plain = await startPlainApp();
    const manifests = plain.outside.albums.manifests.length;
    plain.host.activity("listPhotos").replaceWith(() => ["a.jpg", "broken.jpg", "c.jpg"]);
    const album = await (await plain.start("albums/mixed/renditions")).completion();
    expect(album.runtimeStatus).toBe("Failed");
    expect(plain.outside.albums.manifests).toHaveLength(manifests);
  });

  test("is one failure in the result of our album", async () => {
    await albums.put("mixed", "a.jpg", await readFile("samples/photos/friends.jpg"));
    await albums.put("mixed", "broken.jpg", "this is no photo");
    const { status, result } = await albums.rendered("mixed", { widths: [64], format: "webp" });
    expect(status).toBe("completed");
    expect(result).toMatchObject({ photos: 1, failures: [{ name: "broken.jpg" }] });
  });
});

describe("a thousand photos", () => {
  test("make one history of thousands of events in the plain app, and all activities are scheduled at the same time", async () => {
    await using plain = await startPlainApp();
    plain.host.activity("listPhotos").replaceWith(() => THOUSAND);
    const first = plain.host.activity("renderPhoto").nextCall();
    const album = await plain.start("albums/large/renditions");
    const held = await first;
    expect((await plain.host.hub.history(album.id)).length).toBeGreaterThan(1_000);
    held.release();
    expect((await album.completion()).output).toMatchObject({ photos: 1_000 });
    expect((await album.history()).length).toBeGreaterThan(2_000);
  });

  test("make histories of fewer than 200 events in our app", async () => {
    const { host } = shop;
    const { pages, lanes } = planPages(THOUSAND);
    const lengths: number[] = [];
    // The app's own orchestrators run, but the activities do nothing, so only the orchestrators are measured.
    host
      .activity("planRenditions")
      .replaceWith(() => ({ kind: "planned", photos: 1_000, pages: pages.length, lanes }));
    host.activity("readPage").replaceWith(({ page }: { page: number }) => ({ names: pages[page] ?? [] }));
    host.activity("renderPhoto").replaceWith(({ name }: { name: string }): PhotoOutcome => {
      return { kind: "rendered", name, width: 9, height: 9, renditions: [{ width: 9, height: 9, bytes: 9 }] };
    });
    host.activity("recordPage").replaceWith(async (_, { instanceId }) => {
      lengths.push((await host.hub.history(instanceId)).length);
    });
    host.activity("writeManifest").replaceWith(() => ({ failures: [] }));
    host.activity("drawContactSheet").replaceWith(() => undefined);

    await albums.put("large", "a.jpg", "x");
    const id = await albums.start("large", { widths: [16], format: "webp" });
    await host.instance(id).completion();
    expect((await albums.renditions(id)).result).toMatchObject({ photos: 1_000 });
    expect(lengths).toHaveLength(pages.length);
    const ends = [id, laneId(id, 0)];
    for (const instance of ends) lengths.push((await host.hub.history(instance)).length);
    expect(Math.max(...lengths)).toBeLessThan(200);
  });
});
