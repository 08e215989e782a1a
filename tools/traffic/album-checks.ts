import sharp from "sharp";
import { type Ended, invariant, type Invariant, pathOf } from "./checks.ts";
import type { Client } from "./client.ts";
import { messageOf } from "../message-of.ts";
import { PHOTO_COLORS, SMALL_WIDTHS } from "./small-photos.ts";
import type { Started } from "./traffic.ts";

/** Pixels in the color of a photo, of the 64 × 43 that its largest rendition has: not only a part of it is there. */
const LEAST_PIXELS = 2000;
/** JPEG changes colors a little. */
const NEARLY = 12;

/** Every rendition of an album is there in its width, and its contact sheet shows every photo. */
export async function checkAlbums(albums: readonly Started[], ended: Ended): Promise<Invariant[]> {
  const files: string[] = [];
  const sheets: string[] = [];
  for (const album of albums) {
    files.push(...(await wrongFiles(album, ended)));
    const why = await faultOfSheet(album, ended);
    if (why !== undefined) sheets.push(`${album.id}: ${why}`);
  }
  return [
    invariant("albums have all their renditions", albums.length, files),
    invariant("the contact sheet of an album shows all its photos", albums.length, sheets),
  ];
}

async function wrongFiles({ id, about }: Started, { states, client }: Ended): Promise<string[]> {
  const result = states.get(id)?.result as unknown as AlbumResult;
  const { photos, failures } = about;
  const wrong: string[] = [];
  const counts = [result.photos, result.renditions, result.failures.length].join();
  if (counts !== [photos, 2 * Number(photos), failures].join()) wrong.push(`${id} has ${counts}`);
  const manifest = await client.read<Manifest>(pathOf(result.manifest));
  const made = manifest?.photos.flatMap(({ renditions }) => renditions) ?? [];
  const [widths, wanted] = [
    made.map(({ width }) => width),
    Array.from({ length: Number(photos) }, () => SMALL_WIDTHS),
  ];
  if (widths.join() !== wanted.join()) wrong.push(`${id}: widths ${widths.join()} in the manifest`);
  for (const rendition of made) {
    const why = await faultOfFile(rendition, client);
    if (why !== undefined) wrong.push(`${rendition.url}: ${why}`);
  }
  return wrong;
}

async function faultOfFile({ url, width, bytes }: Rendition, client: Client): Promise<string | undefined> {
  const file = await client.insist("GET", pathOf(url));
  if (file.status !== 200) return `it answers ${file.status}`;
  if (file.bytes.length !== bytes) return `it has ${file.bytes.length} bytes, not ${bytes}`;
  const picture = await sharp(file.bytes).metadata().catch(messageOf);
  if (typeof picture === "string") return `it cannot be read: ${picture}`;
  return picture.width === width ? undefined : `it is ${picture.width} pixels wide, not ${width}`;
}

async function faultOfSheet({ id }: Started, { states, client }: Ended): Promise<string | undefined> {
  const result = states.get(id)?.result as unknown as AlbumResult;
  const { status, bytes } = await client.insist("GET", pathOf(result.contactSheet));
  if (status !== 200) return `its contact sheet answers ${status}`;
  try {
    const pixels = await sharp(bytes, { failOn: "truncated" }).removeAlpha().raw().toBuffer();
    const missing = PHOTO_COLORS.filter((color) => countNear(pixels, color) < LEAST_PIXELS);
    return missing.length > 0 ? `its contact sheet lacks the photo in ${missing.join(", ")}` : undefined;
  } catch (error) {
    return `its contact sheet cannot be read: ${messageOf(error)}`;
  }
}

function countNear(pixels: Uint8Array, color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const isNear = (at: number, value: number) => Math.abs((pixels[at] ?? 0) - value) <= NEARLY;
  let count = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    if (isNear(at, red) && isNear(at + 1, green) && isNear(at + 2, blue)) count += 1;
  }
  return count;
}

interface AlbumResult {
  readonly photos: number;
  readonly renditions: number;
  readonly failures: readonly unknown[];
  readonly manifest: string;
  readonly contactSheet: string;
}

interface Rendition {
  readonly url: string;
  readonly width: number;
  readonly bytes: number;
}

interface Manifest {
  readonly photos: readonly { readonly renditions: readonly Rendition[] }[];
}
