import type { Metadata } from "sharp";
import type { ImageFormat } from "../../values.ts";

/** Memory of a rendering besides its pixels. */
const BASE = 20_000_000;

/** Additional bytes for each encoded pixel: the measured maximum, with noise and transparency. */
const ENCODING = { jpeg: 8, webp: 50, avif: 82 } as const satisfies Record<ImageFormat, number>;

/** Bytes of a pixel between decoding and encoding, transparency included. */
const PIXEL = 4;
/** The same while a picture is rotated, when it may have 16 bits per channel. */
const TURNED_PIXEL = 8;

/** The part of a streamed picture that libvips keeps in memory: this many lines, and these bytes for each value. */
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
 * The most bytes that rendering a photo needs. Estimated before it is decoded, from its header: a file of half a
 * megabyte may contain 100 megapixels, and some formats need twenty times as much memory per pixel as others. `npm run
 * bench -- --only memory` compares the estimate with measurements.
 *
 * @param photo what sharp reads from its header
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

/** The most bytes that a decoder needs, besides the file. */
export function decodingBytes(photo: Metadata): number {
  const { width, height, channels } = photo;
  const streaming = width * Math.min(height, LINES_AT_ONCE) * channels * BYTES_AT_ONCE;
  return streaming + width * height * heldBytes(photo);
}

const pixelBytes = ({ channels, depth }: Metadata) => channels * (BYTES_OF[depth] ?? 16);

/** Bytes for each pixel of the photo, for decoders that keep the whole picture in memory. */
function heldBytes(photo: Metadata): number {
  switch (photo.format) {
    case "jpeg":
      // 16-bit coefficients, until the last pass.
      return photo.isProgressive ? 2 * photo.channels : 0;
    case "png":
      return photo.isProgressive ? 1.1 * pixelBytes(photo) : 0;
    case "tiff":
      // The picture may be a single strip.
      return 1.1 * pixelBytes(photo);
    case "gif":
    case "webp":
      // For an animation, the first picture and the background.
      return (photo.pages ?? 1) > 1 ? 9 : 5;
    default:
      return photo.depth === "uchar" ? 18 : 25;
  }
}
