import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import sharp, { type Sharp } from "sharp";
import type { RenderingOrder } from "../../src/services/images/image-renderer.ts";
import { ROOT } from "../run.ts";
import { figure, type Row } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { scratchFolder } from "./scratch-folder.ts";

const MAX_MEGABYTES = 1000;

type Picture = (width: number, height: number) => Sharp;
const flat: Picture = (width, height) =>
  sharp({ create: { width, height, channels: 3, background: "#c83c1e" }, limitInputPixels: false });
const flat16: Picture = (width, height) => flat(width, height).ensureAlpha(0.5).toColourspace("rgb16");
/** Noise is the most expensive to encode; no camera takes such a picture. */
const noise: Picture = (width, height) => {
  const gaussian = { type: "gaussian", mean: 128, sigma: 60 } as const;
  return sharp({ create: { width, height, channels: 3, background: "white", noise: gaussian } }).ensureAlpha(
    0.5,
  );
};

/** The largest accepted picture of each kind: slightly larger ones are refused. */
const WORST: readonly {
  readonly what: string;
  readonly photo: () => Sharp;
  readonly order: RenderingOrder;
}[] = [
  {
    what: "JPEG of 100 megapixels to 50 as JPEG",
    photo: () => flat(10_000, 10_000).jpeg(),
    order: { widths: [7071], format: "jpeg", quality: 100 },
  },
  {
    what: "JPEG of 100 megapixels to 20 widths as WebP",
    photo: () => flat(10_000, 10_000).jpeg(),
    order: { widths: Array.from({ length: 20 }, (_, index) => 760 + index), format: "webp" },
  },
  {
    what: "noise of 50 megapixels as JPEG",
    photo: () => noise(7071, 7071).jpeg({ quality: 50 }),
    order: { widths: [7071], format: "jpeg", quality: 100 },
  },
  {
    what: "noise to 12 megapixels as WebP",
    photo: () => noise(3464, 3464).png(),
    order: { widths: [3464], format: "webp", quality: 100 },
  },
  {
    what: "noise to 8 megapixels as AVIF",
    photo: () => noise(2828, 2828).png(),
    order: { widths: [2828], format: "avif", quality: 100 },
  },
  {
    what: "progressive JPEG of 100 megapixels",
    photo: () => flat(10_000, 10_000).jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
    order: { widths: [320, 1280], format: "webp" },
  },
  {
    what: "progressive JPEG of 80 megapixels in CMYK",
    photo: () =>
      flat(8900, 8900).toColourspace("cmyk").jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
    order: { widths: [320, 1280], format: "webp" },
  },
  {
    what: "GIF of 100 megapixels",
    photo: () => flat(10_000, 10_000).gif({ effort: 1 }),
    order: { widths: [320, 1280], format: "webp" },
  },
  {
    what: "interlaced PNG of 70 megapixels with 16 bits",
    photo: () => flat16(8360, 8360).png({ progressive: true }),
    order: { widths: [320, 1280], format: "webp" },
  },
  {
    what: "PNG of 60,000 × 1,600 with 16 bits",
    photo: () => flat16(60_000, 1600).png(),
    order: { widths: [320, 1280], format: "webp" },
  },
  {
    what: "AVIF of 28 megapixels with 10 bits",
    photo: () => flat(5300, 5300).toColourspace("rgb16").avif({ effort: 0, bitdepth: 10 }),
    order: { widths: [320, 1280], format: "webp" },
  },
  {
    what: "AVIF of 40 megapixels",
    photo: () => flat(6320, 6320).avif({ effort: 0 }),
    order: { widths: [320, 1280], format: "webp" },
  },
];

/** Peak memory of a process that renders two such photos, minus that of the idle process. */
export async function benchMemory(): Promise<Measured> {
  const scratch = scratchFolder("bench-memory");
  const rows: Row[] = [];
  for (const [index, { what, photo, order }] of WORST.entries()) {
    const file = join(scratch, String(index));
    await photo().toFile(file);
    const megabytes = await peakOf(file, order);
    rows.push({
      what: `two photos in flight: ${what}`,
      unit: "megabytes over idle",
      ours: figure([megabytes]),
      limit: MAX_MEGABYTES,
    });
  }
  return { rows };
}

/** In a separate process, because the peak is measured per process. */
async function peakOf(file: string, order: RenderingOrder): Promise<number> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, join(ROOT, "tools", "bench", "memory-child.ts"), file, JSON.stringify(order)],
    { stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  const said = child.stdout ? await text(child.stdout) : "";
  if (!/^\d/.test(said)) throw new Error(`The rendering ended without a figure: ${said}`);
  return Number(said);
}
