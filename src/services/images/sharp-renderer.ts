import sharp, { type Sharp } from "sharp";
import { drawContactSheet } from "./contact-sheet.ts";
import { endsEarly } from "./file-ending.ts";
import { photoKind, sizeInFirstBytes } from "./file-signature.ts";
import {
  type ContactSheet,
  type ImageRenderer,
  MAX_PIXELS,
  type RenderedImage,
  type Rendering,
  type RenderingOrder,
} from "./image-renderer.ts";
import { Semaphore } from "./semaphore.ts";

/** `error` refuses a file that ends too early, where the default of old would have drawn its rest in grey. */
const DECODING = { failOn: "error", limitInputPixels: MAX_PIXELS, sequentialRead: true } as const;

/** The photo in the largest width wanted: upright, in sRGB, as plain pixels. */
interface Decoded {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Renders with libvips, through sharp. */
export class SharpRenderer implements ImageRenderer {
  readonly #places: Semaphore;
  /** Photos in memory: for each that is decoded the next one may be loaded, so that no core waits for storage. */
  readonly #loaded: Semaphore;

  /** @param options `photosInFlight`: photos decoded at the same time; each takes a core and its pixels' memory */
  constructor(options: { readonly photosInFlight: number }) {
    this.#places = new Semaphore(options.photosInFlight);
    this.#loaded = new Semaphore(2 * options.photosInFlight);
    // Photos run side by side, so threads within one would only compete; and none is decoded twice, so that
    // keeping decoded ones would only take memory. Both are settings of the process.
    sharp.concurrency(1);
    sharp.cache(false);
  }

  async declaredSize(head: Uint8Array): Promise<{ width: number; height: number } | undefined> {
    if (photoKind(head) === undefined) return undefined;
    const size = sizeInFirstBytes(head);
    if (size) return size;
    try {
      const { width, height } = await sharp(head, { limitInputPixels: false }).metadata();
      return { width, height };
    } catch {
      return undefined;
    }
  }

  async render(load: () => Promise<Uint8Array | undefined>, order: RenderingOrder): Promise<Rendering> {
    return this.#loaded.run(async () => {
      const photo = await load();
      if (!photo) return { kind: "missing" };
      if (photoKind(photo) === undefined) {
        return { kind: "unreadable", reason: "The file is not a JPEG, PNG, WebP, GIF, AVIF or TIFF image" };
      }
      return this.#places.run(() => readableOutcome(photo, order));
    });
  }

  async drawContactSheet(sheet: ContactSheet): Promise<Uint8Array> {
    return this.#places.run(() => drawContactSheet(sheet));
  }
}

async function readableOutcome(photo: Uint8Array, order: RenderingOrder): Promise<Rendering> {
  try {
    return await render(photo, order);
  } catch (error) {
    return { kind: "unreadable", reason: readableReason(error, photo) };
  }
}

/**
 * Decodes once, to the largest width, and makes the smaller ones from those pixels: decoding a camera's JPEG is
 * most of the work, and libvips decodes one at a fraction of its size when told the target.
 */
async function render(photo: Uint8Array, order: RenderingOrder): Promise<Rendering> {
  const { autoOrient } = await sharp(photo, DECODING).metadata();
  const widths = [...new Set(order.widths.map((width) => Math.min(width, autoOrient.width)))].sort(
    (a, b) => a - b,
  );
  const decoded = await decode(photo, Math.max(...widths), order.format === "jpeg");
  const images = await Promise.all(widths.map((width) => encode(decoded, width, order)));
  handBack(decoded.pixels);
  return { kind: "rendered", width: autoOrient.width, height: autoOrient.height, images };
}

async function decode(photo: Uint8Array, width: number, isOpaque: boolean): Promise<Decoded> {
  const upright = sharp(photo, DECODING).autoOrient().resize({ width, withoutEnlargement: true });
  // JPEG has no transparency; white is what paper has.
  const image = isOpaque ? upright.flatten({ background: "white" }) : upright;
  const { data, info } = await image
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: info.channels };
}

async function encode(decoded: Decoded, width: number, order: RenderingOrder): Promise<RenderedImage> {
  const { pixels, channels } = decoded;
  const whole = sharp(pixels, {
    raw: { width: decoded.width, height: decoded.height, channels },
    limitInputPixels: false,
  });
  const sized = width < decoded.width ? whole.resize({ width }) : whole;
  const { data, info } = await inFormat(sized, order).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/**
 * Frees the pixels now rather than with the next garbage collection. They are megabytes outside of the heap, and
 * V8 answers a few of those with a collection of everything: that took a tenth of all processor time.
 */
function handBack({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function inFormat(image: Sharp, { format, quality }: RenderingOrder): Sharp {
  const options = quality === undefined ? {} : { quality };
  switch (format) {
    case "webp":
      return image.webp(options);
    case "jpeg":
      return image.jpeg(options);
    case "avif":
      return image.avif(options);
  }
}

/**
 * In a photographer's words. The two messages that are looked at are sharp's own; what libvips says of a file is
 * not to be trusted when several are decoded at once (see {@link endsEarly}).
 */
function readableReason(error: unknown, photo: Uint8Array): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/exceeds pixel limit/i.test(message)) return "The picture has more than 100 megapixels";
  if (/too large for the/i.test(message)) return "The rendition is too tall for this format";
  if (endsEarly(photo)) return "The file is incomplete: it ends in the middle of the picture";
  return "The picture cannot be decoded: its data is damaged";
}
