import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../run.ts";
import type { Api } from "../tour/api.ts";
import { figure, type Row, seconds } from "./measure.ts";

const ALBUMS = ["beside-1", "beside-2", "beside-3", "beside-4"];
const PHOTOS_EACH = 24;
const ORDERS_ALONE = 9;

interface Photo {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The duration of an order while albums are rendered on the same host, compared with an order alone. */
export async function benchOrderBesideAlbums(api: Api, photos: readonly Photo[]): Promise<Row> {
  const order: unknown = JSON.parse(await readFile(join(ROOT, "samples/orders/two-mugs.json"), "utf8"));
  const place = () => seconds(() => run(api, "/api/orders", order));
  await place();
  const alone: number[] = [];
  for (let count = 0; count < ORDERS_ALONE; count++) alone.push(await place());

  for (const album of ALBUMS) {
    for (const { name, bytes } of photos.slice(0, PHOTOS_EACH)) {
      await api.put(`/api/albums/${album}/photos/${name}`, bytes, "image/jpeg");
    }
  }
  const body = { widths: [320, 1280], format: "webp" };
  const renderings = ALBUMS.map((album) => run(api, `/api/albums/${album}/renditions`, body));
  const rendered = Promise.all(renderings).then(() => true);
  const beside: number[] = [];
  // An order that ends after the albums also counts, because it may have waited for them.
  do beside.push(await place());
  while (!(await Promise.race([rendered, Promise.resolve(false)])));
  const [ours, baseline] = [figure(beside), figure(alone)];
  return {
    what: `an order during ${ALBUMS.length} albums of ${PHOTOS_EACH} photos`,
    unit: "seconds",
    ours,
    baseline: { name: "the order alone", figure: baseline, ratio: baseline.median / ours.median, goal: 0.5 },
  };
}

async function run(api: Api, path: string, body: unknown): Promise<void> {
  const { links } = await api.post<{ links: { self: string } }>(path, body);
  const { status } = await api.watch(links.self);
  if (status !== "completed") throw new Error(`${path} ended as ${status}`);
}
