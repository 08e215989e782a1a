import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { poll } from "../../src/durable/client/poll.ts";
import { isUnfinished } from "../../src/http/resource-status.ts";
import { ROOT } from "../run.ts";
import type { Api, Resource } from "../tour/api.ts";
import { figure, type Row, seconds } from "./measure.ts";

const ALBUMS = ["beside-1", "beside-2", "beside-3", "beside-4"];
const PHOTOS_EACH = 24;
const ORDERS_ALONE = 9;
/** Fine, because each pause is a part of the measured time. */
const ORDER_POLL_MS = 10;
const ALBUM_POLL_MS = 200;
const LONGEST_RUN_MS = 180_000;

interface Photo {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The duration of an order while albums are rendered on the same host, compared with an order alone. */
export async function benchOrderBesideAlbums(api: Api, photos: readonly Photo[]): Promise<Row> {
  const order: unknown = JSON.parse(await readFile(join(ROOT, "samples/orders/two-mugs.json"), "utf8"));
  const place = () => seconds(() => run(api, "/api/orders", order, ORDER_POLL_MS));
  await place();
  const alone: number[] = [];
  for (let count = 0; count < ORDERS_ALONE; count++) alone.push(await place());

  for (const album of ALBUMS) {
    for (const { name, bytes } of photos.slice(0, PHOTOS_EACH)) {
      await api.put(`/api/albums/${album}/photos/${name}`, bytes, "image/jpeg");
    }
  }
  const body = { widths: [320, 1280], format: "webp" };
  const renderings = ALBUMS.map((album) => run(api, `/api/albums/${album}/renditions`, body, ALBUM_POLL_MS));
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

async function run(api: Api, path: string, body: unknown, pauseMs: number): Promise<void> {
  const { links } = await api.post<{ links: { self: string } }>(path, body);
  const ended = async () => {
    const { status } = await api.get<Resource<unknown, unknown>>(links.self);
    return isUnfinished(status) ? undefined : status;
  };
  const status = await poll(ended, {
    timeoutMs: LONGEST_RUN_MS,
    firstPauseMs: pauseMs,
    longestPauseMs: pauseMs,
  });
  if (status !== "completed") throw new Error(`${path} ended as ${status}`);
}
