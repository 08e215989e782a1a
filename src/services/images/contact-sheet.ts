import { inParallel } from "../../storage/in-parallel.ts";
import sharp, { type Sharp } from "sharp";
import { contactSheetLayout, PICTURE } from "./contact-sheet-page.ts";
import type { ContactSheet } from "./image-renderer.ts";
import { decodingBytes } from "./photo-memory.ts";
import type { Semaphore } from "../../storage/semaphore.ts";

/** Pictures that are shrunk at the same time. */
const PICTURES_AT_ONCE = 4;
const RGB = 3;

/** Opaque pixels in sRGB, three bytes each, without gaps between the lines. */
interface Pixels {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number };
}

/**
 * Draws background, titles and captions as SVG, and copies the pictures into its pixels: sharp's own `composite` takes
 * twice as long for a hundred pictures.
 *
 * @param memory in bytes, because four large renditions at the same time may need too much
 */
export async function drawContactSheet(sheet: ContactSheet, memory: Semaphore): Promise<Uint8Array> {
  const layout = contactSheetLayout(sheet, await hasFonts());
  const pictures: { readonly pixels: Pixels; readonly left: number; readonly top: number }[] = [];
  const [page] = await Promise.all([
    opaquePixels(sharp(Buffer.from(layout.svg), { unlimited: true })),
    inParallel(PICTURES_AT_ONCE, layout.places, async ({ load, left, top }) => {
      pictures.push({ pixels: await shrink(await load(), memory), left, top });
    }),
  ]);
  for (const { pixels, left, top } of pictures) {
    const { width, height } = pixels.info;
    const middle = {
      left: left + Math.floor((PICTURE.width - width) / 2),
      top: top + Math.floor((PICTURE.height - height) / 2),
    };
    copyInto(page, pixels, middle);
  }
  const { width, height } = page.info;
  return sharp(page.data, { raw: { width, height, channels: RGB } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

async function shrink(picture: Uint8Array, memory: Semaphore): Promise<Pixels> {
  const bytes = decodingBytes(await sharp(picture).metadata());
  const shrunk = sharp(picture).resize({ ...PICTURE, fit: "inside", withoutEnlargement: true });
  return memory.run(() => opaquePixels(shrunk), bytes);
}

function opaquePixels(image: Sharp): Promise<Pixels> {
  return image
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
}

function copyInto(page: Pixels, picture: Pixels, at: { readonly left: number; readonly top: number }): void {
  const { width, height } = picture.info;
  for (let line = 0; line < height; line++) {
    const start = line * width * RGB;
    picture.data.copy(
      page.data,
      ((at.top + line) * page.info.width + at.left) * RGB,
      start,
      start + width * RGB,
    );
  }
}

let fontsFound: Promise<boolean> | undefined;

/** Whether this machine has fonts: small container images have none and draw each letter as a box. */
async function hasFonts(): Promise<boolean> {
  fontsFound ??= Promise.all([letter("i"), letter("M")]).then(([narrow, wide]) => !narrow.equals(wide));
  return fontsFound;
}

async function letter(text: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30" font-size="30">${text}</text></svg>`;
  return sharp(Buffer.from(svg)).raw().toBuffer();
}
