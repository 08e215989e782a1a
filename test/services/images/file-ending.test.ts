import sharp from "sharp";
import { expect, test } from "vitest";
import { endsEarly } from "../../../src/services/images/file-ending.ts";

const picture = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: "#345" } }).withMetadata();

test.each(["jpeg", "png", "gif", "webp", "avif"] as const)(
  "a %s is detected as complete or as ending early",
  async (format) => {
    const file = await picture().toFormat(format).toBuffer();
    expect(endsEarly(file)).toBe(false);
    expect(endsEarly(file.subarray(0, -1))).toBe(format !== "png");
    expect(endsEarly(file.subarray(0, file.length >> 1))).toBe(true);
  },
);

test("a TIFF without its directory after the pixels ends early, in either byte order", () => {
  const bigEndian = Buffer.from("MM\0*\0\0\0\x14", "latin1");
  const littleEndian = Buffer.from("II*\0\x14\0\0\0", "latin1");
  for (const head of [bigEndian, littleEndian]) {
    expect(endsEarly(Buffer.concat([head, Buffer.alloc(13)]))).toBe(false);
    expect(endsEarly(Buffer.concat([head, Buffer.alloc(12)]))).toBe(true);
  }
});

/** A box with a 64-bit size, or with an open size ("the rest of the file"). */
const mediaData = (size: "long" | "open", bytes: number) => {
  const head = Buffer.from("\0\0\0\0mdat\0\0\0\0\0\0\0\0", "latin1");
  if (size === "long") head.writeUInt32BE(1, 0);
  if (size === "long") head.writeBigUInt64BE(BigInt(16 + bytes), 8);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
};

test("an AVIF may have a box with a 64-bit size or an open size", () => {
  const type = Buffer.from("\0\0\0\x18ftypavif\0\0\0\0avifmif1", "latin1");
  const long = Buffer.concat([type, mediaData("long", 40)]);
  expect(endsEarly(long)).toBe(false);
  expect(endsEarly(long.subarray(0, -1))).toBe(true);
  expect(endsEarly(Buffer.concat([type, mediaData("open", 40)]))).toBe(false);
});
