import sharp from "sharp";

export const PHOTO_COLORS = ["#b03a2e", "#1f618d", "#229954"] as const;

/** What is made of each. */
export const SMALL_RENDITIONS = { widths: [32, 64], format: "webp" } as const;

/** Three photos of one color each, which take no time to render. */
export function smallPhotos(): Promise<Uint8Array<ArrayBuffer>[]> {
  return Promise.all(PHOTO_COLORS.map(smallPhoto));
}

async function smallPhoto(background: string): Promise<Uint8Array<ArrayBuffer>> {
  const image = sharp({ create: { width: 120, height: 80, channels: 3, background } });
  return new Uint8Array(await image.jpeg().toBuffer());
}
