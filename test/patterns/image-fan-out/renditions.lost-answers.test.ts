import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { Albums, type Manifest } from "./albums.ts";

const STEPS = [
  "planRenditions",
  "readPage",
  "renderPhoto",
  "recordPage",
  "writeManifest",
  "drawContactSheet",
];

let host: TestHost;
let albums: Albums;

beforeAll(async () => {
  ({ host } = await startShop());
  albums = new Albums(host);
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
  await albums.put("lost", "a.jpg", photo);
  await albums.put("lost", "b.jpg", photo);
  await albums.put("lost", "c.jpg", "no photo");
});
afterEach(() => {
  for (const step of STEPS) host.activity(step).restore();
});
afterAll(() => host?.stop());

const ORDER = { widths: [16, 32], format: "webp" };

describe("a step whose result is lost", () => {
  test.each(STEPS)("once (%s) is repeated, and nothing is counted twice", async (step) => {
    host.activity(step).failAfterRunning(1);
    const { progress, result } = await albums.rendered("lost", ORDER);
    expect(progress).toEqual({ total: 3, done: 2, failed: 1 });
    expect(result).toMatchObject({
      kind: "rendered",
      photos: 2,
      renditions: 4,
      failures: [{ name: "c.jpg" }],
    });
    const manifest = (await (await fetch(result?.manifest ?? "")).json()) as Manifest;
    expect(manifest.photos.map(({ name, renditions }) => [name, renditions.length])).toEqual([
      ["a.jpg", 2],
      ["b.jpg", 2],
    ]);
    expect((await fetch(result?.contactSheet ?? "")).status).toBe(200);
  });

  test.each(STEPS.filter((step) => step !== "renderPhoto"))(
    "always (%s) fails the renditions, which then have no result",
    async (step) => {
      host.activity(step).failAfterRunning();
      const { status, result } = await albums.rendered("lost", ORDER);
      expect({ status, result }).toEqual({ status: "failed", result: undefined });
    },
  );

  test("always (renderPhoto) fails that photo", async () => {
    host.activity("renderPhoto").failAfterRunning();
    const { status, progress, result } = await albums.rendered("lost", ORDER);
    expect(status).toBe("completed");
    expect(progress).toEqual({ total: 3, done: 0, failed: 3 });
    expect(result?.failures.map(({ name }) => name)).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
  });
});
