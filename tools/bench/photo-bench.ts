import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadApp, createLocalHost, SqliteStore } from "durable-local-host";
import { SharpRenderer } from "../../src/services/images/sharp-renderer.ts";
import { startAzurite } from "../azurite.ts";
import { buildApp, ROOT } from "../run.ts";
import { Api } from "../tour/api.ts";
import { benchOrderBesideAlbums } from "./beside-bench.ts";
import { jpegFiles } from "./jpeg-files.ts";
import { figure, type Row, seconds } from "./measure.ts";
import type { BenchOptions, Measured } from "./measured.ts";
import { scratchFolder } from "./scratch-folder.ts";

const WIDTHS = [320, 1280];
const IN_FLIGHT = 2;
/** Enough photos, so that the contact sheet at the end, which the plain loop does not have, has a realistic share. */
const PHOTOS = 128;
const REPETITIONS = 3;

interface Photo {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Photos per second through the whole app (HTTP, orchestration on SQLite, blobs in an Azurite that shares the cores)
 * compared with a plain loop of the same renderer that reads and writes files.
 */
export async function benchPhotos({ photos: folder }: BenchOptions): Promise<Measured> {
  const scratch = scratchFolder("bench-photos");
  const azurite = await startAzurite({});
  process.env["AzureWebJobsStorage"] = azurite.connectionString;
  process.env["SHOP_PHOTOS_IN_FLIGHT"] = String(IN_FLIGHT);
  if ((await buildApp()) !== 0) throw new Error("The app does not compile");
  const store = new SqliteStore(join(scratch, "task-hub.db"));
  const host = await createLocalHost({ app: await loadApp(ROOT), port: 0, store });
  await host.start();
  try {
    const photos = await readPhotos(folder);
    const api = new Api(host.url);
    for (const { name, bytes } of photos) {
      await api.put(`/api/albums/bench/photos/${name}`, bytes, "image/jpeg");
    }
    const rates = { app: [] as number[], loop: [] as number[] };
    for (let repetition = -1; repetition < REPETITIONS; repetition++) {
      const loop = photos.length / (await seconds(() => plainLoop(photos, scratch)));
      const app = photos.length / (await seconds(() => renderThroughApp(api)));
      // The first round warms up.
      if (repetition >= 0) {
        rates.loop.push(loop);
        rates.app.push(app);
      }
    }
    const [ours, loop] = [figure(rates.app), figure(rates.loop)];
    const rows: Row[] = [
      {
        what: `photos rendered in ${WIDTHS.join(" and ")} pixels, ${IN_FLIGHT} in flight`,
        unit: "per second",
        ours,
        baseline: {
          name: "plain sharp loop, files in and out",
          figure: loop,
          ratio: ours.median / loop.median,
          goal: 0.9,
        },
      },
      await benchOrderBesideAlbums(api, photos),
    ];
    return { rows };
  } finally {
    await host.stop();
    store.close();
    await azurite.stop();
  }
}

async function readPhotos(folder: string): Promise<Photo[]> {
  const files = await Promise.all(jpegFiles(folder).map((file) => readFile(file)));
  return Array.from({ length: PHOTOS }, (_, index) => ({
    name: `photo-${index}.jpg`,
    bytes: new Uint8Array(files[index % files.length] ?? []),
  }));
}

async function plainLoop(photos: readonly Photo[], folder: string): Promise<void> {
  const renderer = new SharpRenderer({ photosInFlight: IN_FLIGHT });
  for (const { name, bytes } of photos) await writeFile(join(folder, name), bytes);
  let next = 0;
  const work = async () => {
    for (let photo = photos[next++]; photo; photo = photos[next++]) {
      const load = () => readFile(join(folder, photo.name));
      const rendering = await renderer.render(load, { widths: WIDTHS, format: "webp" });
      if (rendering.kind !== "rendered") throw new Error(`${photo.name} is ${rendering.kind}`);
      for (const { width, data } of rendering.images) {
        await writeFile(join(folder, `${photo.name}-${width}.webp`), data);
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}

async function renderThroughApp(api: Api): Promise<void> {
  const body = { widths: WIDTHS, format: "webp" };
  const { links } = await api.post<{ links: { self: string } }>("/api/albums/bench/renditions", body);
  const { result } = await api.watch<object, { renditions: number }>(links.self);
  if (result?.renditions !== PHOTOS * WIDTHS.length) throw new Error("Renditions are missing");
}
