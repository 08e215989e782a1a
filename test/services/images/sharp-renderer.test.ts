import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import sharp, { type Sharp } from "sharp";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RenderingOrder } from "../../../src/services/images/image-renderer.ts";
import { SharpRenderer } from "../../../src/services/images/sharp-renderer.ts";
import { declaring, difference, halfTransparent16, pixel, quarters, stored } from "./pictures.ts";

const renderer = new SharpRenderer({ photosInFlight: 2 });
const INCOMPLETE = "The file is incomplete: it ends in the middle of the picture";
const order: RenderingOrder = { widths: [300], format: "jpeg", quality: 95 };

async function rendered(photo: Uint8Array, wanted: RenderingOrder = order) {
  const rendering = await renderer.render(async () => photo, wanted);
  if (rendering.kind !== "rendered") throw new Error(rendering.kind);
  return rendering;
}

async function only(photo: Uint8Array, wanted: RenderingOrder = order) {
  const [image] = (await rendered(photo, wanted)).images;
  if (!image) throw new Error("no rendition");
  return image;
}

async function reason(photo: Uint8Array) {
  const rendering = await renderer.render(async () => photo, order);
  return rendering.kind === "unreadable" ? rendering.reason : "rendered";
}

describe("orientation", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is rendered upright", async (orientation) => {
    const picture = await quarters();
    const { width, height, images } = await rendered(await stored(picture, orientation));
    expect([width, height]).toEqual([600, 400]);
    expect([images[0]?.width, images[0]?.height]).toEqual([300, 200]);
    expect(await difference(images[0]?.data ?? picture, (await only(picture)).data)).toBeLessThan(3);
  });

  test("a photo without one does not change", async () => {
    const picture = await quarters();
    const plain = await sharp(picture).jpeg({ quality: 95 }).toBuffer();
    expect(await difference((await only(plain)).data, (await only(picture)).data)).toBeLessThan(3);
  });
});

describe("colours", () => {
  test("CMYK becomes sRGB and keeps its colours", async () => {
    const cmyk = await sharp(await quarters())
      .toColourspace("cmyk")
      .jpeg({ quality: 95 })
      .toBuffer();
    const { data } = await only(cmyk);
    expect(await sharp(data).metadata()).toMatchObject({ space: "srgb", channels: 3 });
    const [red = 0, green = 0, blue = 0] = await pixel(data, 20, 20);
    expect(red).toBeGreaterThan(150);
    expect(green).toBeLessThan(110);
    expect(blue).toBeLessThan(110);
  });

  test("16 bits with transparency: kept for WebP, on white for JPEG, the colour right in both", async () => {
    const half = await halfTransparent16(await quarters());
    expect(await sharp(half).metadata()).toMatchObject({ depth: "ushort", hasAlpha: true });
    const webp = await only(half, { widths: [300], format: "webp", quality: 95 });
    const small = await rendered(half, { widths: [100, 300], format: "webp", quality: 95 });
    for (const { data } of [webp, ...small.images]) {
      const [red = 0, , , alpha = 0] = await pixel(data, 20, 20);
      expect(red).toBeGreaterThan(195);
      expect(Math.abs(alpha - 128)).toBeLessThan(4);
    }
    const jpeg = await only(half);
    expect(await sharp(jpeg.data).metadata()).toMatchObject({ depth: "uchar", hasAlpha: false });
    const [, green = 0] = await pixel(jpeg.data, 20, 20);
    expect(Math.abs(green - (0x30 + 255) / 2)).toBeLessThan(12);
  });

  test("an embedded profile is applied and removed", async () => {
    const wide = await sharp(await quarters())
      .withIccProfile("p3")
      .jpeg({ quality: 95 })
      .toBuffer();
    expect((await sharp(wide).metadata()).hasProfile).toBe(true);
    const { data } = await only(wide);
    expect((await sharp(data).metadata()).hasProfile).toBe(false);
    expect(await difference(data, (await only(await quarters())).data)).toBeLessThan(4);
  });

  test("a grey photo stays grey", async () => {
    const grey = await sharp(await quarters())
      .greyscale()
      .jpeg()
      .toBuffer();
    const [red = 0, green = 0] = await pixel((await only(grey)).data, 20, 20);
    expect(Math.abs(red - green)).toBeLessThan(2);
  });
});

describe("sizes", () => {
  test("smallest first, never enlarged, equal widths only once", async () => {
    const { images } = await rendered(await quarters(600, 400), {
      widths: [1200, 300, 600, 2400],
      format: "webp",
    });
    expect(images.map(({ width, height }) => [width, height])).toEqual([
      [300, 200],
      [600, 400],
    ]);
  });

  test("one pixel is a photo", async () => {
    const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const { images } = await rendered(dot, { widths: [16, 320], format: "avif" });
    expect(images.map(({ width, height }) => [width, height])).toEqual([[1, 1]]);
  });

  test("the first picture of an animation", async () => {
    const frames = [
      await quarters(100, 100),
      await sharp(await quarters(100, 100))
        .negate()
        .png()
        .toBuffer(),
    ];
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    expect(await only(gif)).toMatchObject({ width: 100, height: 100 });
  });
});

test.each(["webp", "jpeg", "avif"] as const)(
  "%s without metadata, and smaller at a lower quality",
  async (format) => {
    const photo = await sharp("samples/photos/friends.jpg")
      .resize(400)
      .withExif({ IFD0: { Copyright: "somebody", Make: "a camera" } })
      .jpeg()
      .toBuffer();
    const good = await only(photo, { widths: [320], format, quality: 90 });
    const poor = await only(photo, { widths: [320], format, quality: 20 });
    const metadata = await sharp(good.data).metadata();
    expect(metadata.format).toBe(format === "avif" ? "heif" : format);
    expect(metadata.exif).toBeUndefined();
    expect(poor.data.length).toBeLessThan(good.data.length);
  },
);

describe("photos that cannot be rendered have a reason, without a stack or a path", () => {
  test("a JPEG that ends too early", async () => {
    const whole = await sharp(await quarters())
      .jpeg()
      .toBuffer();
    expect(await reason(whole.subarray(0, whole.length * 0.6))).toBe(INCOMPLETE);
  });

  test.each([
    ["text", Buffer.from("This is no photo, whatever its name says.")],
    ["nothing", Buffer.alloc(0)],
    ["an SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')],
  ])("%s", async (_what, file) => {
    expect(await reason(file)).toBe("The file is not a JPEG, PNG, WebP, GIF, AVIF or TIFF image");
  });

  test.each(["png", "webp", "gif", "tiff", "avif"] as const)("half a %s", async (format) => {
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    const picture = sharp({ create: { width: 150, height: 100, channels: 3, background: "white", noise } });
    const whole = await picture[format]().toBuffer();
    expect(await reason(whole.subarray(0, whole.length / 2))).toBe(INCOMPLETE);
  });

  test.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)("a damaged %s", async (format) => {
    const picture = sharp(await quarters());
    const whole = await picture[format]().toBuffer();
    // In the middle, so that the declared length stays correct.
    const from = format === "avif" ? Math.trunc(whole.length / 2) : 40;
    const damaged = Buffer.from(whole).fill(0x55, from, whole.length - 20);
    expect(await reason(damaged)).toBe("The picture cannot be decoded: its data is damaged");
  });

  // libvips has one error text for the whole process, and a successful photo clears it before another photo reads it.
  test("broken ones among good ones, decoded at the same time", async () => {
    const good = await readFile("samples/photos/friends.jpg");
    const cut = good.subarray(0, good.length / 2);
    const crowd = new SharpRenderer({ photosInFlight: 4 });
    const renderings = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        crowd.render(async () => (index % 2 ? cut : good), { widths: [320], format: "webp" }),
      ),
    );
    const broken = renderings.filter(({ kind }) => kind === "unreadable");
    expect(broken).toEqual(Array.from({ length: 20 }, () => ({ kind: "unreadable", reason: INCOMPLETE })));
  });

  test("a rendition that is too tall for its format", async () => {
    const tall = await sharp({ create: { width: 20, height: 20_000, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const rendering = await renderer.render(async () => tall, { widths: [20], format: "webp" });
    expect(rendering).toEqual({ kind: "unreadable", reason: "The rendition is too tall for this format" });
  });

  test("more than 100 megapixels", async () => {
    const large = await sharp({ create: { width: 12_000, height: 9000, channels: 3, background: "red" } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    expect(await reason(large)).toBe("The picture has more than 100 megapixels");
  });
});

describe("memory", () => {
  test("the widths of a photo are encoded one after the other", async () => {
    let most = 0;
    const count = () => {
      // Two readings, the later state first: an encoding that begins between them is counted once at most.
      const { process } = sharp.counters();
      const { queue } = sharp.counters();
      most = Math.max(most, queue + process);
    };
    sharp.queue.on("change", count);
    await rendered(await quarters(), { widths: [20, 40, 60, 80, 100, 120, 140, 160], format: "webp" });
    sharp.queue.off("change", count);
    expect(most).toBe(1);
  });

  test("a photo that needs too much of it is refused before it is decoded", async () => {
    const small = await sharp(await halfTransparent16(await quarters(60, 40)))
      .toColourspace("rgb16")
      .png({ progressive: true })
      .toBuffer();
    expect(await reason(declaring(small, 9500, 9500))).toBe(
      "The picture has 90.3 megapixels: too many for a file of its kind",
    );
    // A streamed photo would have been decoded first, and then refused.
    const streaming = await sharp(small).png({ progressive: false }).toBuffer();
    expect(await reason(declaring(streaming, 9500, 9500))).toMatch(/damaged|incomplete/);
  });

  test.each([
    ["0.3 GB are decoded two at a time", 5200, 2],
    ["0.6 GB are decoded alone", 7400, 1],
  ])("with two places, photos that need %s", async (_what, width, atOnce) => {
    const small = await sharp(await halfTransparent16(await quarters(60, 40)))
      .toColourspace("rgb16")
      .png({ progressive: true })
      .toBuffer();
    const large = declaring(small, width, width);
    const picture = Object.getPrototypeOf(sharp()) as Sharp;
    const metadata = vi.spyOn(picture, "metadata");
    const decoding = Promise.withResolvers<never>();
    const decode = vi.spyOn(picture, "toBuffer").mockReturnValue(decoding.promise);
    onTestFinished(() => void vi.restoreAllMocks());
    const crowd = new SharpRenderer({ photosInFlight: 2 });
    const renderings = [1, 2].map(() => crowd.render(async () => large, order));
    await setImmediate();
    await Promise.all(metadata.mock.results.map(({ value }) => value as Promise<unknown>));
    await setImmediate();
    expect([metadata.mock.calls.length, decode.mock.calls.length]).toEqual([2, atOnce]);
    decoding.reject(new Error("damaged"));
    await Promise.all(renderings);
    expect(decode).toHaveBeenCalledTimes(2);
  });

  test.each([
    ["jpeg", 7072, 50],
    ["webp", 3465, 12],
    ["avif", 2829, 8],
  ] as const)("renditions with too many pixels for %s are refused", async (format, width, most) => {
    const square = declaring(await quarters(), 7072, 7072);
    expect(await renderer.render(async () => square, { widths: [width], format })).toEqual({
      kind: "unreadable",
      reason: `Its renditions would have ${most} megapixels together; in ${format} ${most} are allowed`,
    });
  });
});

test("waiting photos are not in memory: for each place one is decoded and the next one loaded", async () => {
  const crowd = new SharpRenderer({ photosInFlight: 2 });
  const storage = Promise.withResolvers<undefined>();
  let loads = 0;
  const load = () => {
    loads += 1;
    return storage.promise;
  };
  const renderings = Array.from({ length: 20 }, () => crowd.render(load, order));
  await setImmediate();
  expect(loads).toBe(4);
  storage.resolve(undefined);
  await Promise.all(renderings);
  expect(loads).toBe(20);
});

test("a photo that does not exist is missing", async () => {
  expect(await renderer.render(async () => undefined, order)).toEqual({ kind: "missing" });
});

describe("the size that a file declares", () => {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const picture = () =>
    sharp({ create: { width: 320, height: 240, channels: 3, background: "white", noise } });

  test.each(["jpeg", "png", "gif", "avif"] as const)("is in the first part of a %s", async (format) => {
    const whole = await picture()[format]().toBuffer();
    expect(await renderer.declaredSize(whole.subarray(0, whole.length / 2))).toEqual({
      width: 320,
      height: 240,
    });
  });

  test.each([{ lossless: false }, { lossless: true }])(
    "is in the first part of a WebP: %o",
    async (options) => {
      const whole = await picture().webp(options).toBuffer();
      expect(await renderer.declaredSize(whole.subarray(0, 1000))).toEqual({ width: 320, height: 240 });
      const extended = await picture().ensureAlpha(0.5).webp(options).toBuffer();
      expect(await renderer.declaredSize(extended.subarray(0, 1000))).toEqual({ width: 320, height: 240 });
    },
  );

  test("is unknown for a file that is not a photo, or too short", async () => {
    expect(await renderer.declaredSize(Buffer.from("no photo at all"))).toBeUndefined();
    const whole = await picture().jpeg().toBuffer();
    expect(await renderer.declaredSize(whole.subarray(0, 20))).toBeUndefined();
  });
});
