import { readFile } from "node:fs/promises";
import { startAzurite } from "../azurite.ts";
import { buildDeployedApp } from "../deployed-app.ts";
import { LoadedHost } from "../load/loaded-host.ts";
import { LOCAL } from "../run.ts";
import { Api } from "../tour/api.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { jpegFiles } from "./jpeg-files.ts";
import { figure, type Row, seconds } from "./measure.ts";
import type { BenchOptions, Curve, Measured } from "./measured.ts";
import { scratchFolder } from "./scratch-folder.ts";

const SIZES = [10, 100, 1000, 10_000];
const SHORT_SIZES: typeof SIZES = [2, 10];
/** Of the largest photos of an album, with the sample photos. */
const PHOTOS = 1000;
const SHORT_PHOTOS = 8;
const IN_FLIGHT = 2;
/** What the setting says: half a gigabyte for each photo in flight. */
const MAX_MEGABYTES = 500 * IN_FLIGHT;
const UPLOADS_AT_ONCE = 8;
const LONGEST_S = 3600;

interface Album {
  readonly photos: number;
  readonly seconds: number;
  /** The peak of the host in megabytes, over that before the album was rendered. */
  readonly memory: number | undefined;
}

/** Albums through the whole app as it is deployed: how time and memory grow, each on a new host. */
export async function benchAlbums({ isShort, photos: folder }: BenchOptions): Promise<Measured> {
  // Inside the repository, where the bundle finds the packages that cannot be bundled.
  const app = scratchFolder("bench-app", LOCAL);
  await buildDeployedApp(app);
  const small = await smallPhotos();
  const albums: Album[] = [];
  for (const size of isShort ? SHORT_SIZES : SIZES) {
    albums.push(await render(app, size, small));
    console.log(`  an album of ${size.toLocaleString("en")} small photos`);
  }
  const real = await render(app, isShort ? SHORT_PHOTOS : PHOTOS, await readPhotos(folder));
  return { rows: rowsOf(albums, real), curves: [curveOf(albums)] };
}

async function render(
  app: string,
  count: number,
  photos: readonly Uint8Array<ArrayBuffer>[],
): Promise<Album> {
  const folder = scratchFolder("bench-albums");
  const azurite = await startAzurite({});
  const env = { SHOP_PHOTOS_IN_FLIGHT: String(IN_FLIGHT) };
  const host = await LoadedHost.start({ app, folder, storage: azurite.connectionString, env });
  try {
    const api = new Api(host.base);
    await upload(api, count, photos);
    const before = host.peakMemory;
    const taken = await seconds(() => renderAlbum(api, count));
    const after = host.peakMemory;
    const memory = before === undefined || after === undefined ? undefined : after - before;
    return { photos: count, seconds: taken, memory };
  } finally {
    await host.stop();
    await azurite.stop();
  }
}

async function upload(api: Api, count: number, photos: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  let next = 0;
  const put = async () => {
    for (let at = next++; at < count; at = next++) {
      const photo = photos[at % photos.length] ?? new Uint8Array();
      await api.put(`/api/albums/bench/photos/${at}.jpg`, photo, "image/jpeg");
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, put));
}

async function renderAlbum(api: Api, count: number): Promise<void> {
  const body = { widths: [320], format: "webp" };
  const { links } = await api.post<{ links: { self: string } }>("/api/albums/bench/renditions", body);
  const { result } = await api.watch<object, { renditions: number }>(links.self, undefined, LONGEST_S);
  if (result?.renditions !== count) throw new Error(`${count} photos have ${result?.renditions} renditions`);
}

const readPhotos = (folder: string) =>
  Promise.all(jpegFiles(folder).map(async (file) => new Uint8Array(await readFile(file))));

function rowsOf(albums: readonly Album[], real: Album): Row[] {
  const [middle, most] = albums.slice(-2);
  const perPhoto = (album: Album | undefined) => (1000 * (album?.seconds ?? 0)) / (album?.photos ?? 1);
  const count = (album: Album | undefined) => (album?.photos ?? 0).toLocaleString("en");
  return [
    {
      what: `each photo of an album of ${count(most)} small ones`,
      unit: "milliseconds",
      ours: figure([perPhoto(most)]),
      baseline: {
        name: `of ${count(middle)}`,
        figure: figure([perPhoto(middle)]),
        ratio: perPhoto(middle) / perPhoto(most),
        goal: 0.9,
      },
    },
    {
      what: `an album of ${count(real)} photos of a camera`,
      unit: "photos per second",
      ours: figure([real.photos / real.seconds]),
    },
    ...(real.memory === undefined
      ? []
      : [
          {
            what: `peak memory for an album of ${count(real)} photos of a camera`,
            unit: "megabytes over those before it",
            ours: figure([real.memory]),
            limit: MAX_MEGABYTES,
          },
        ]),
  ];
}

function curveOf(albums: readonly Album[]): Curve {
  return {
    title: "Albums of small photos",
    of: "photos",
    unit: "amount",
    series: [
      { name: "time (s)", points: albums.map((album) => [album.photos, album.seconds]) },
      {
        name: "peak memory over that before (MB)",
        points: albums.flatMap(({ photos, memory }) =>
          memory === undefined ? [] : [[photos, memory] as const],
        ),
      },
    ],
  };
}
