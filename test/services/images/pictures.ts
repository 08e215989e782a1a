import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";

/** Four quarters in four colours, so that a rotated or mirrored picture is different. */
export async function quarters(width = 600, height = 400): Promise<Buffer> {
  const quarter = { width: width / 2, height: height / 2 };
  const colours = ["#d03030", "#30b040", "#3050d0", "#e0d040"];
  const parts = colours.map((background, index) => ({
    input: { create: { ...quarter, channels: 3 as const, background } },
    left: (index % 2) * quarter.width,
    top: Math.floor(index / 2) * quarter.height,
  }));
  return sharp({ create: { width, height, channels: 3, background: "white" } })
    .composite(parts)
    .removeAlpha()
    .png()
    .toBuffer();
}

type Turn = (picture: Sharp) => Sharp;
const flip: Turn = (picture) => picture.flip();
const flop: Turn = (picture) => picture.flop();
const turn =
  (angle: number): Turn =>
  (picture) =>
    picture.rotate(angle);

/** The stored pixels for each EXIF orientation, as a camera in this position would write them. */
const STORED: Readonly<Record<number, readonly Turn[]>> = {
  2: [flop],
  3: [turn(180)],
  4: [flip],
  5: [turn(90), flop],
  6: [turn(270)],
  7: [turn(90), flip],
  8: [turn(90)],
};

/** The picture as a JPEG with this EXIF orientation, which shows it upright. */
export async function stored(picture: Buffer, orientation: number): Promise<Buffer> {
  let pixels = picture;
  // Separate passes: within one pass, sharp mirrors before it rotates, regardless of the order of the calls.
  for (const step of STORED[orientation] ?? []) pixels = await step(sharp(pixels)).png().toBuffer();
  return sharp(pixels).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
}

/** The picture with 16 bits a channel and half transparent. */
export async function halfTransparent16(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture).ensureAlpha(0.5).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  // Times 257: white in 8 bits becomes white in 16 bits.
  const pixels = Uint16Array.from(data, (value) => value * 257);
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .toColourspace("rgb16")
    .png()
    .toBuffer();
}

/** Mean difference of two pictures of one size, from 0 (the same) to 255. */
export async function difference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = await Promise.all([a, b].map((image) => sharp(image).removeAlpha().raw().toBuffer()));
  if (left?.length !== right?.length) return 255;
  let sum = 0;
  for (const [index, value] of left?.entries() ?? []) sum += Math.abs(value - (right?.[index] ?? 0));
  return sum / (left?.length ?? 1);
}

/** Colour of one pixel. */
export async function pixel(image: Uint8Array, left: number, top: number): Promise<number[]> {
  return [...(await sharp(image).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

/** A PNG whose header declares another size than its real one. */
export function declaring(png: Buffer, width: number, height: number): Buffer {
  const lying = Buffer.from(png);
  // Length and name of the first chunk come before it, the checksum after its 13 bytes.
  lying.writeUInt32BE(width, 16);
  lying.writeUInt32BE(height, 20);
  lying.writeUInt32BE(crc32(lying.subarray(12, 29)), 29);
  return lying;
}
