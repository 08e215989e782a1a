import { inParallel } from "../../storage/in-parallel.ts";
import sharp, { type OverlayOptions } from "sharp";
import { contactSheetLayout, PICTURE } from "./contact-sheet-page.ts";
import type { ContactSheet } from "./image-renderer.ts";
import { decodingBytes } from "./photo-memory.ts";
import type { Semaphore } from "../../storage/semaphore.ts";

/** Pictures that are shrunk at the same time. */
const PICTURES_AT_ONCE = 4;

/**
 * Draws background, titles and captions as SVG, and places the pictures on it.
 *
 * @param memory in bytes, because four large renditions at the same time may need too much
 */
export async function drawContactSheet(sheet: ContactSheet, memory: Semaphore): Promise<Uint8Array> {
  const page = contactSheetLayout(sheet, await hasFonts());
  const pictures: OverlayOptions[] = [];
  await inParallel(PICTURES_AT_ONCE, page.places, async (place) => {
    const { data, info } = await shrink(await place.load(), memory);
    pictures.push({
      input: data,
      raw: { width: info.width, height: info.height, channels: info.channels },
      left: place.left + Math.floor((PICTURE.width - info.width) / 2),
      top: place.top + Math.floor((PICTURE.height - info.height) / 2),
    });
  });
  return sharp(Buffer.from(page.svg), { unlimited: true })
    .composite(pictures)
    .flatten({ background: "white" })
    .jpeg({ quality: 85 })
    .toBuffer();
}

async function shrink(picture: Uint8Array, memory: Semaphore) {
  const bytes = decodingBytes(await sharp(picture).metadata());
  const shrunk = () =>
    sharp(picture)
      .resize({ ...PICTURE, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
  return memory.run(shrunk, bytes);
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
