import { photoKind } from "./file-signature.ts";

/**
 * Whether an image file is shorter than its own structure announces, as after an interrupted upload. Used for files
 * that could not be decoded. The decoder's message is not reliable: libvips has one error text for the whole process,
 * which photos that are decoded at the same time overwrite.
 */
export function endsEarly(photo: Uint8Array): boolean {
  const file = Buffer.from(photo.buffer, photo.byteOffset, photo.byteLength);
  switch (photoKind(photo)) {
    case "jpeg":
      return jpegEndsEarly(file);
    case "png":
      return !file.includes("IEND", 8, "latin1");
    case "gif":
      return file.at(-1) !== 0x3b;
    case "webp":
      return file.readUInt32LE(4) + 8 > file.length;
    case "avif":
      return boxesEndEarly(file);
    case "tiff":
      return directoryOffset(file) >= file.length;
    default:
      return false;
  }
}

/** Follows the segments to the picture's data, and looks for the end marker after it (ITU-T T.81, annex B). */
function jpegEndsEarly(file: Buffer): boolean {
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return false;
    if (file[at + 1] === 0xda) return !file.includes(Buffer.of(0xff, 0xd9), at);
    at += 2 + file.readUInt16BE(at + 2);
  }
  return true;
}

/**
 * Adds the sizes of the boxes (ISO/IEC 14496-12, 4.2): 1 means that a 64-bit size follows, 0 means the rest of the
 * file.
 */
function boxesEndEarly(file: Buffer): boolean {
  let at = 0;
  while (at + 16 <= file.length) {
    const size = file.readUInt32BE(at);
    if (size === 0) return false;
    at += size === 1 ? Number(file.readBigUInt64BE(at + 8)) : Math.max(size, 8);
  }
  return at > file.length;
}

/** The position of a TIFF's first directory; many programs write it after the pixels. */
const directoryOffset = (file: Buffer) =>
  file.toString("latin1", 0, 2) === "II" ? file.readUInt32LE(4) : file.readUInt32BE(4);
