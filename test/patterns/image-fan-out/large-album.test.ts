import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planPages } from "../../../src/patterns/image-fan-out/lanes/page-plan.ts";
import { laneId, type PhotoOutcome } from "../../../src/patterns/image-fan-out/lanes/lane.contract.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { Albums } from "./albums.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.host.stop());

const PHOTOS = 10_000;
const names = Array.from({ length: PHOTOS }, (_, index) => `p${String(index).padStart(5, "0")}.jpg`);

test(
  "10,000 photos are rendered once each, two of a lane at a time, and no history grows with the album",
  { timeout: 60_000 },
  async () => {
    const { host } = shop;
    const albums = new Albums(host);
    const { pages, lanes } = planPages(names);
    const seen = new Map<string, number>();
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    const lengths: number[] = [];
    const failures: string[] = [];

    // The app's own orchestrators run, but the activities do nothing, so only the orchestrators are measured.
    host.activity("planRenditions").replaceWith(() => ({
      kind: "planned",
      photos: PHOTOS,
      pages: pages.length,
      lanes,
    }));
    host.activity("readPage").replaceWith(({ page }: { page: number }) => ({ names: pages[page] ?? [] }));
    host
      .activity("renderPhoto")
      .replaceWith(async ({ name }: { name: string }, { instanceId }): Promise<PhotoOutcome> => {
        seen.set(name, (seen.get(name) ?? 0) + 1);
        const now = (running.get(instanceId) ?? 0) + 1;
        running.set(instanceId, now);
        most.set(instanceId, Math.max(now, most.get(instanceId) ?? 0));
        await setImmediate();
        running.set(instanceId, (running.get(instanceId) ?? 0) - 1);
        if (name.endsWith("7.jpg")) return { kind: "failed", name, reason: "Sevens fail" };
        return {
          kind: "rendered",
          name,
          width: 9,
          height: 9,
          renditions: [{ width: 9, height: 9, bytes: 9 }],
        };
      });
    host
      .activity("recordPage")
      .replaceWith(async ({ outcomes }: { outcomes: PhotoOutcome[] }, { instanceId }) => {
        lengths.push((await host.hub.history(instanceId)).length);
        for (const { kind, name } of outcomes) if (kind === "failed") failures.push(name);
      });
    host.activity("writeManifest").replaceWith(() => ({ failures: [] }));
    host.activity("drawContactSheet").replaceWith(() => undefined);

    await albums.put("large", "a.jpg", "x");
    const id = await albums.start("large", { widths: [16], format: "webp" });
    await host.instance(id).completion();

    expect(seen.size).toBe(PHOTOS);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(failures).toHaveLength(PHOTOS / 10);
    expect(lengths).toHaveLength(pages.length);
    // Three more events follow: the completion of `recordPage`.
    expect(Math.max(...lengths)).toBeLessThan(195);
    expect((await host.hub.history(id)).length).toBeLessThan(60);
    expect(await albums.renditions(id)).toMatchObject({
      progress: { total: PHOTOS, done: 9000, failed: 1000 },
      result: { kind: "rendered", photos: 9000, renditions: 9000 },
    });
    expect([...most.values()]).toEqual(Array.from({ length: lanes }, () => 2));
    const laneIds = Array.from({ length: lanes }, (_, lane) => laneId(id, lane));
    expect((await host.hub.list({ instanceIdPrefix: `${id}:` })).items.map((one) => one.instanceId)).toEqual(
      laneIds,
    );
  },
);

test.each([
  [1, 1, [1]],
  [8, 1, [8]],
  [9, 2, [5, 4]],
  [41, 4, [11, 11, 11, 8]],
  [161, 4, [40, 40, 40, 40, 1]],
])("%i photos: %i lanes, pages of %j", (count, lanes, sizes) => {
  const plan = planPages(names.slice(0, count));
  expect(plan.lanes).toBe(lanes);
  expect(plan.pages.map((page) => page.length)).toEqual(sizes);
  expect(plan.pages.flat()).toEqual(names.slice(0, count));
});
