import sharp from "sharp";

/** A small picture as a PNG. */
export async function landscape(): Promise<Uint8Array<ArrayBuffer>> {
  const picture = sharp({ create: { width: 120, height: 80, channels: 3, background: "#3a7" } });
  return new Uint8Array(await picture.png().toBuffer());
}
