import sharp from "sharp";
import { SharpRenderer } from "../../src/services/images/sharp-renderer.ts";
import { type Ended, invariant, type Invariant, pathOf } from "./checks.ts";
import { messageOf } from "../message-of.ts";
import { PHOTO_COLORS, SMALL_RENDITIONS, smallPhotos } from "./small-photos.ts";
import type { Started } from "./traffic.ts";

/** Pixels in the color of a photo, of the 64 × 43 that its largest rendition has: not only a part of it is there. */
const LEAST_PIXELS = 2000;
/** JPEG changes colors a little. */
const NEARLY = 12;

/** Every rendition of an album is there, as it is without a crash, and its contact sheet shows every photo. */
export async function checkAlbums(albums: readonly Started[], ended: Ended): Promise<Invariant[]> {
  const files: string[] = [];
  const pixels: string[] = [];
  const sheets: string[] = [];
  let compared = 0;
  const expected = albums.length > 0 ? await renderedHere() : new Map<string, Uint8Array>();
  for (const album of albums) {
    const manifest = await ended.client.read<Manifest>(pathOf(resultOf(album, ended).manifest));
    const photos = manifest?.photos ?? [];
    files.push(...wrongCounts(album, ended, photos));
    for (const { name, renditions } of photos) {
      for (const { url, width, bytes } of renditions) {
        const file = await ended.client.insist("GET", pathOf(url));
        compared += 1;
        if (file.status !== 200) files.push(`${url}: it answers ${file.status}`);
        else if (file.bytes.length !== bytes)
          files.push(`${url}: it has ${file.bytes.length} bytes, not ${bytes}`);
        else if (!Buffer.from(file.bytes).equals(expected.get(`${name} ${width}`) ?? NOTHING))
          pixels.push(url);
      }
    }
    const why = await faultOfSheet(album, ended);
    if (why !== undefined) sheets.push(`${album.id}: ${why}`);
  }
  return [
    invariant("albums have all their renditions", albums.length, files),
    invariant("a rendition is what its photo is rendered to without a crash", compared, pixels),
    invariant("the contact sheet of an album shows all its photos", albums.length, sheets),
  ];
}

const NOTHING = new Uint8Array();

/** The renderer makes the same bytes of the same photo: here is what it makes of each, by name and width. */
async function renderedHere(): Promise<Map<string, Uint8Array>> {
  const renderer = new SharpRenderer({ photosInFlight: 1 });
  const expected = new Map<string, Uint8Array>();
  for (const [index, photo] of (await smallPhotos()).entries()) {
    const rendered = await renderer.render(async () => photo, SMALL_RENDITIONS);
    if (rendered.kind !== "rendered") throw new Error("A photo of the load cannot be rendered");
    for (const { width, data } of rendered.images) expected.set(`${index}.jpg ${width}`, data);
  }
  return expected;
}

const resultOf = ({ id }: Started, { states }: Ended) => states.get(id)?.result as unknown as AlbumResult;

function wrongCounts(album: Started, ended: Ended, photos: Manifest["photos"]): string[] {
  const { id, about } = album;
  const result = resultOf(album, ended);
  const counts = [result.photos, result.renditions, result.failures.length].join();
  const widths = photos.flatMap(({ renditions }) => renditions.map(({ width }) => width)).join();
  const wanted = Array.from({ length: Number(about["photos"]) }, () => SMALL_RENDITIONS.widths).join();
  return [
    ...(counts === [about["photos"], 2 * Number(about["photos"]), about["failures"]].join()
      ? []
      : [`${id} has ${counts}`]),
    ...(widths === wanted ? [] : [`${id}: widths ${widths} in the manifest`]),
  ];
}

async function faultOfSheet(album: Started, ended: Ended): Promise<string | undefined> {
  const { status, bytes } = await ended.client.insist("GET", pathOf(resultOf(album, ended).contactSheet));
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
  readonly photos: readonly { readonly name: string; readonly renditions: readonly Rendition[] }[];
}
