import sharp, { type Metadata, type Sharp } from "sharp";
import { drawContactSheet } from "./contact-sheet.ts";
import { endsEarly } from "./file-ending.ts";
import { photoKind, sizeInFirstBytes } from "./file-signature.ts";
import {
  type ContactSheet,
  type ImageRenderer,
  MAX_PIXELS,
  MAX_RENDITION_PIXELS,
  megapixels,
  type RenderedImage,
  type Rendering,
  type RenderingOrder,
  renditionPixels,
} from "./image-renderer.ts";
import { renderingBytes } from "./photo-memory.ts";
import { yieldToOtherThreads } from "./rendering-priority.ts";
import { Semaphore } from "../../storage/semaphore.ts";

/** `error` refuses a file that ends too early; the old default drew the missing part in grey. */
const DECODING = { failOn: "error", limitInputPixels: MAX_PIXELS, sequentialRead: true } as const;

/** Memory for each photo in flight: including what the estimate omits, it stays below half a gigabyte. */
const BYTES_IN_FLIGHT = 400_000_000;
/** One photo may use the memory of two, while the second one waits. Less would refuse photos of current cameras. */
const MAX_PHOTO_BYTES = 2 * BYTES_IN_FLIGHT;

/** The photo in the largest requested width: upright, in sRGB, as raw pixels. */
interface Decoded {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** Renders with libvips, through sharp. */
export class SharpRenderer implements ImageRenderer {
  readonly #places: Semaphore;
  /**
   * Limits the photos in memory: for each photo that is decoded, the next one may be loaded, so that no core waits for
   * storage.
   */
  readonly #loaded: Semaphore;
  /** Limits the bytes in memory: large photos wait for each other, even if there are free places. */
  readonly #memory: Semaphore;

  /** @param options `photosInFlight`: photos decoded at the same time; each takes a core and up to half a gigabyte */
  constructor(options: { readonly photosInFlight: number }) {
    this.#places = new Semaphore(options.photosInFlight);
    this.#loaded = new Semaphore(2 * options.photosInFlight);
    this.#memory = new Semaphore(Math.max(MAX_PHOTO_BYTES, options.photosInFlight * BYTES_IN_FLIGHT));
    // Photos are rendered in parallel, so threads for one photo would only compete. No photo is decoded twice, so a
    // cache would only use memory. Both settings are global to the process.
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
      return this.#places.run(() => this.#renderLoaded(photo, order));
    });
  }

  async #renderLoaded(photo: Uint8Array, order: RenderingOrder): Promise<Rendering> {
    try {
      const plan = planRendering(await sharp(photo, DECODING).metadata(), photo.byteLength, order);
      if ("reason" in plan) return { kind: "unreadable", reason: plan.reason };
      return await this.#memory.run(() => render(photo, plan, order), plan.bytes);
    } catch (error) {
      return { kind: "unreadable", reason: readableReason(error, photo) };
    }
  }

  async drawContactSheet(sheet: ContactSheet): Promise<Uint8Array> {
    return this.#places.run(() => drawContactSheet(sheet, this.#memory));
  }
}

/** The renditions to make of a photo, and the memory for them. */
interface Plan {
  readonly width: number;
  readonly height: number;
  /** Ascending, none above the photo's own width. */
  readonly widths: readonly number[];
  readonly bytes: number;
}

/** Returns a reason if the rendering needs more memory than an instance has; a retry would not help. */
function planRendering(photo: Metadata, fileBytes: number, order: RenderingOrder): Plan | { reason: string } {
  const { width, height } = photo.autoOrient;
  const widths = [...new Set(order.widths.map((wanted) => Math.min(wanted, width)))].sort((a, b) => a - b);
  const aspect = height / width;
  const most = MAX_RENDITION_PIXELS[order.format];
  const pixels = renditionPixels(widths, aspect);
  if (pixels > most) {
    const [would, may] = [megapixels(pixels), megapixels(most)];
    return {
      reason: `Its renditions would have ${would} megapixels together; in ${order.format} ${may} are allowed`,
    };
  }
  const largest = { format: order.format, pixels: renditionPixels(widths.slice(-1), aspect) };
  const bytes = renderingBytes(photo, fileBytes, largest);
  if (bytes > MAX_PHOTO_BYTES) {
    return {
      reason: `The picture has ${megapixels(width * height)} megapixels: too many for a file of its kind`,
    };
  }
  return { width, height, widths, bytes };
}

/**
 * Decodes once, to the largest width, and makes the smaller ones from those pixels: decoding a camera's JPEG is most of
 * the work, and libvips can decode it at a fraction of its size. The renditions are made one after another: an encoder
 * needs many times the memory of its picture, and a photo has one core.
 */
async function render(photo: Uint8Array, plan: Plan, order: RenderingOrder): Promise<Rendering> {
  const { width, height, widths } = plan;
  const decoded = await decode(photo, Math.max(...widths), order.format === "jpeg");
  // Its threads are there now; they encode, and decode the next photos.
  yieldToOtherThreads();
  const images: RenderedImage[] = [];
  for (const wanted of widths) images.push(await encode(decoded, wanted, order));
  freePixels(decoded.pixels);
  return { kind: "rendered", width, height, images };
}

async function decode(photo: Uint8Array, width: number, isOpaque: boolean): Promise<Decoded> {
  const upright = sharp(photo, DECODING).autoOrient().resize({ width, withoutEnlargement: true });
  // JPEG has no transparency; white is the colour of paper.
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
 * Frees the pixels immediately and not with the next garbage collection. They are megabytes outside of the heap, which make
 * V8 run full collections: these took a tenth of the processor time.
 */
function freePixels({ buffer }: Buffer): void {
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
 * A reason that photographers understand. Both messages that are checked are sharp's own; libvips' messages are not
 * reliable when several photos are decoded at the same time (see {@link endsEarly}).
 */
function readableReason(error: unknown, photo: Uint8Array): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/exceeds pixel limit/i.test(message)) return "The picture has more than 100 megapixels";
  if (/too large for the/i.test(message)) return "The rendition is too tall for this format";
  if (endsEarly(photo)) return "The file is incomplete: it ends in the middle of the picture";
  return "The picture cannot be decoded: its data is damaged";
}
