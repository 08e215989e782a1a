import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { difference, halfTransparent16, quarters } from "../../services/images/pictures.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { Albums, type Manifest, type Renditions } from "./albums.ts";

/** Photos of many cameras, which are too large for the repository. */
const PHOTOS = path.resolve(import.meta.dirname, "../../../../shared/photos");

describe.skipIf(!existsSync(PHOTOS))("an album of real photos (skipped without ../shared/photos)", () => {
  let shop: Shop;
  let made: Renditions;
  let manifest: Manifest;

  beforeAll(async () => {
    shop = await startShop();
    const albums = new Albums(shop.host);
    for (const folder of ["pictures", "orientation"]) {
      const files = readdirSync(path.join(PHOTOS, folder));
      await Promise.all(
        files.map((name) => albums.put("real", name, readFileSync(path.join(PHOTOS, folder, name)))),
      );
    }
    const wine = readFileSync(path.join(PHOTOS, "pictures/Wine_by_Jakkub_Mede.jpg"));
    await albums.put("real", "truncated.jpg", wine.subarray(0, wine.length / 2));
    await albums.put("real", "text.jpg", "no photo");
    const alpha = await halfTransparent16(await quarters(1400, 900));
    await albums.put("real", "alpha16.png", Uint8Array.from(alpha), "image/png");
    const cmyk = await sharp(wine).resize(1500).toColourspace("cmyk").jpeg().toBuffer();
    await albums.put("real", "cmyk.jpg", Uint8Array.from(cmyk));
    made = await albums.rendered("real", { widths: [320, 1280], format: "webp" });
    manifest = (await (await fetch(made.result?.manifest ?? "")).json()) as Manifest;
  }, 120_000);
  afterAll(() => shop.host.stop());

  const rendition = async (name: string, width: number) => {
    const photo = manifest.photos.find((one) => one.name === name);
    const url = photo?.renditions.find((one) => one.width === width)?.url ?? `no ${name} in ${width}`;
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  };

  test("39 are rendered in two widths, two are not", () => {
    expect(made.progress).toEqual({ total: 41, done: 39, failed: 2 });
    expect(made.result).toMatchObject({ photos: 39, renditions: 78 });
    expect(made.result?.failures.map(({ name }) => name)).toEqual(["text.jpg", "truncated.jpg"]);
    for (const photo of manifest.photos) {
      const ratio = photo.width / photo.height;
      for (const { width, height } of photo.renditions) {
        expect(Math.abs(height - width / ratio)).toBeLessThan(1.5);
      }
    }
  });

  test.each(["Landscape", "Portrait"])("all nine %s variants look alike", async (kind) => {
    const upright = await rendition(`${kind}_1.jpg`, 320);
    for (const orientation of [0, 2, 3, 4, 5, 6, 7, 8]) {
      // Each has its number written in the middle.
      expect(await difference(await rendition(`${kind}_${orientation}.jpg`, 320), upright)).toBeLessThan(4);
    }
  });

  test("CMYK looks like the original photo, transparency is kept", async () => {
    const [cmyk, wine] = [await rendition("cmyk.jpg", 320), await rendition("Wine_by_Jakkub_Mede.jpg", 320)];
    expect(await difference(cmyk, wine)).toBeLessThan(12);
    expect((await sharp(await rendition("alpha16.png", 320)).metadata()).hasAlpha).toBe(true);
  });
});
