import sharp from "sharp";

export const PHOTO_COLORS = ["#b03a2e", "#1f618d", "#229954"] as const;

/** Of the renditions that are made of them, in pixels. */
export const SMALL_WIDTHS = [32, 64] as const;

/** Three photos of one color each, which take no time to render. */
export function smallPhotos(): Promise<Uint8Array<ArrayBuffer>[]> {
  return Promise.all(PHOTO_COLORS.map(smallPhoto));
}

async function smallPhoto(background: string): Promise<Uint8Array<ArrayBuffer>> {
  const image = sharp({ create: { width: 120, height: 80, channels: 3, background } });
  return new Uint8Array(await image.jpeg().toBuffer());
}
