import type { Metadata } from "sharp";
import type { ImageFormat } from "../../values.ts";

/** What a rendering takes beside its pixels. */
const BASE = 20_000_000;

/** Bytes for an encoded pixel, beside its own: the most that was measured, with noise and transparency. */
const ENCODING = { jpeg: 8, webp: 50, avif: 82 } as const satisfies Record<ImageFormat, number>;

/** Bytes of a pixel between decoding and encoding, transparency included. */
const PIXEL = 4;
/** The same while a picture is turned, which may have 16 bits a channel then. */
const TURNED_PIXEL = 8;

/** What libvips keeps of a picture that streams through it: so many lines, and so many bytes for each value in them. */
const LINES_AT_ONCE = 320;
const BYTES_AT_ONCE = 7.5;

const BYTES_OF: Readonly<Partial<Record<Metadata["depth"], number>>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};

/**
 * Bytes that rendering a photo takes at most. Reckoned before it is decoded, from what its head says: a file of half
 * a megabyte may hold 100 megapixels, and one kind of file takes twenty times as much for a pixel as another. How true
 * this is, `npm run bench -- --only memory` shows.
 *
 * @param photo what sharp reads from its head
 * @param largest the largest rendition
 */
export function renderingBytes(
  photo: Metadata,
  fileBytes: number,
  largest: { readonly format: ImageFormat; readonly pixels: number },
): number {
  const turning = (photo.orientation ?? 1) > 1 ? largest.pixels * TURNED_PIXEL : 0;
  const working = Math.max(decodingBytes(photo) + turning, largest.pixels * ENCODING[largest.format]);
  return BASE + fileBytes + working + largest.pixels * PIXEL;
}

/** Bytes that a decoder takes at most, beside the file. */
export function decodingBytes(photo: Metadata): number {
  const { width, height, channels } = photo;
  const streaming = width * Math.min(height, LINES_AT_ONCE) * channels * BYTES_AT_ONCE;
  return streaming + width * height * heldBytes(photo);
}

const pixelBytes = ({ channels, depth }: Metadata) => channels * (BYTES_OF[depth] ?? 16);

/** Bytes for each pixel of the photo, for those decoders that have to hold all of it. */
function heldBytes(photo: Metadata): number {
  switch (photo.format) {
    case "jpeg":
      // Coefficients of 16 bits, until the last pass has refined them.
      return photo.isProgressive ? 2 * photo.channels : 0;
    case "png":
      return photo.isProgressive ? 1.1 * pixelBytes(photo) : 0;
    case "tiff":
      // It may be a single strip.
      return 1.1 * pixelBytes(photo);
    case "gif":
    case "webp":
      // An animation: its first picture, and what is behind it.
      return (photo.pages ?? 1) > 1 ? 9 : 5;
    default:
      return photo.depth === "uchar" ? 18 : 25;
  }
}
