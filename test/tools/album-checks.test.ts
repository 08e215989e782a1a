import sharp from "sharp";
import { expect, test } from "vitest";
import { SharpRenderer } from "../../src/services/images/sharp-renderer.ts";
import { checkAlbums } from "../../tools/traffic/album-checks.ts";
import type { Ended, Invariant } from "../../tools/traffic/checks.ts";
import { PHOTO_COLORS, SMALL_RENDITIONS, smallPhotos } from "../../tools/traffic/small-photos.ts";
import type { Started } from "../../tools/traffic/traffic.ts";

const photo = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });
const renderer = new SharpRenderer({ photosInFlight: 1 });
/** What the app makes of a photo. */
async function filesOf(photo: Uint8Array): Promise<readonly Uint8Array[]> {
  const rendered = await renderer.render(async () => photo, SMALL_RENDITIONS);
  return rendered.kind === "rendered" ? rendered.images.map(({ data }) => data) : [];
}
const [first = [], second = []] = await Promise.all((await smallPhotos()).map(filesOf));
/** One stripe of each color. */
const sheetOf = (colors: readonly string[]) =>
  photo(64, 43 * colors.length, "white")
    .composite(
      colors.map((color, index) => ({
        input: { create: { width: 64, height: 43, channels: 3, background: color } },
        left: 0,
        top: 43 * index,
      })),
    )
    .jpeg()
    .toBuffer();
const sheet = await sheetOf(PHOTO_COLORS);
const sheetWithoutOne = await sheetOf(PHOTO_COLORS.slice(1));
/** So many pixels of each color, each channel of which is different by so much. */
function sheetNear(pixels: number, different: readonly [red: number, green: number, blue: number]) {
  const row = PHOTO_COLORS.map((color) => {
    const channels = [...Buffer.from(color.slice(1), "hex")].map((value, at) => value + (different[at] ?? 0));
    return Buffer.alloc(3 * 2500, 255).fill(Buffer.from(channels), 0, 3 * pixels);
  });
  const raw = { width: 2500, height: row.length, channels: 3 } as const;
  return sharp(Buffer.concat(row), { raw }).png().toBuffer();
}

/** An album of two photos in which all is right. */
function anAlbum() {
  const photos = [first, second].map((files, index) => ({
    name: `${index}.jpg`,
    renditions: files.map((bytes, at) => {
      const width: number = SMALL_RENDITIONS.widths[at] ?? 0;
      return { url: `/${index}/${width}.webp`, width, bytes: bytes.length };
    }),
  }));
  const urls = photos.flatMap(({ renditions }) => renditions.map(({ url }) => url));
  return {
    result: {
      photos: 2,
      renditions: 4,
      failures: [] as string[],
      manifest: "/manifest",
      contactSheet: "https://shop.example/sheet",
    },
    photos,
    /** Of the first photo. */
    renditions: photos[0]?.renditions ?? [],
    files: new Map<string, Uint8Array | undefined>([
      ["/sheet", sheet],
      ...[...first, ...second].map((bytes, at) => [urls[at] ?? "", bytes] as const),
    ]),
  };
}
type Album = ReturnType<typeof anAlbum>;

function invariantsOf({ result, photos, files }: Album): Promise<Invariant[]> {
  const album = { id: "renditions-1", about: { photos: 2, failures: 0 } } as unknown as Started;
  const ended = {
    states: new Map([[album.id, { status: "completed", result }]]),
    client: {
      read: async () => ({ photos }),
      insist: async (_method: string, path: string) => ({
        status: files.has(path) ? 200 : 404,
        bytes: files.get(path),
      }),
    },
  } as unknown as Ended;
  return checkAlbums([album], ended);
}

async function brokenIn(album: Album): Promise<Record<string, number>> {
  const broken = (await invariantsOf(album)).filter((each) => each.broken.length > 0);
  return Object.fromEntries(broken.map((each) => [each.name, each.broken.length]));
}

test("nothing is broken in an album in which all is right", async () => {
  const found = await invariantsOf(anAlbum());
  expect(found.map(({ compared, broken }) => [compared, broken])).toEqual([
    [1, []],
    [4, []],
    [1, []],
  ]);
});

const FILES = "albums have all their renditions";
const PIXELS = "a rendition is what its photo is rendered to without a crash";
const SHEET = "the contact sheet of an album shows all its photos";

test.each<[invariant: string, fault: string, plant: (album: Album) => unknown]>([
  [FILES, "a photo is not counted", ({ result }) => (result.photos = 1)],
  [FILES, "a rendition is not counted", ({ result }) => (result.renditions = 3)],
  [FILES, "a failure is counted that there was not", ({ result }) => result.failures.push("0.jpg")],
  [FILES, "the manifest lacks one", ({ renditions }) => renditions.pop()],
  [FILES, "a file is gone", ({ files }) => files.delete("/0/64.webp")],
  [
    FILES,
    "a file has another length",
    ({ renditions }) => renditions.forEach((each, at) => (each.bytes += at)),
  ],
  [PIXELS, "a file is that of another photo", ({ files }) => files.set("/0/64.webp", second[1])],
  [
    PIXELS,
    "a file is no picture",
    ({ files, renditions }) => files.set("/0/32.webp", Buffer.alloc(renditions[0]?.bytes ?? 0)),
  ],
  [
    PIXELS,
    "a file is narrower",
    ({ files, renditions }) => {
      files.set("/0/64.webp", first[0]);
      for (const each of renditions) each.bytes = first[0]?.length ?? 0;
    },
  ],
  [SHEET, "it is gone", ({ files }) => files.delete("/sheet")],
  [SHEET, "it is cut off", ({ files }) => files.set("/sheet", sheet.subarray(0, sheet.length - 100))],
  [SHEET, "it lacks a photo", ({ files }) => files.set("/sheet", sheetWithoutOne)],
])("%s: %s", async (name, _fault, plant) => {
  const album = anAlbum();
  plant(album);
  expect(await brokenIn(album)).toEqual({ [name]: 1 });
});

test.each<[pixels: number, different: readonly [number, number, number], faults: number]>([
  [2000, [0, 0, 0], 0],
  [1999, [0, 0, 0], 1],
  [2000, [12, -12, 12], 0],
  [2000, [13, 0, 0], 1],
  [2000, [0, -13, 0], 1],
  [2000, [0, 0, 13], 1],
])(
  "a contact sheet with %i pixels of each photo, different by %j, has %i faults",
  async (pixels, different, faults) => {
    const album = anAlbum();
    album.files.set("/sheet", await sheetNear(pixels, different));
    expect(await brokenIn(album)).toEqual(faults > 0 ? { [SHEET]: faults } : {});
  },
);
