import { table } from "../report/table.ts";
import { invariant } from "../traffic/checks.ts";
import type { Pattern } from "../traffic/processes.ts";
import { ShopUnderLoad } from "../traffic/shop-under-load.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { LoadedHost, memoryText } from "./loaded-host.ts";
import { Stalls } from "./stalls.ts";
import {
  ANSWERS_WITHIN_MS,
  latencyPlot,
  type LoadOptions,
  milliseconds,
  type Part,
  SETTLES_WITHIN_MS,
  QUANTILES,
} from "./part.ts";

/** Orders twice, because not every order is confirmed, so that each refund and watch has one. */
const BURSTS: readonly (readonly [name: string, pattern: Pattern])[] = [
  ["order", "order"],
  ["order, a second time", "order"],
  ["refund", "refund"],
  ["watch", "watch"],
  ["report", "report"],
  ["import", "import"],
  ["album", "album"],
];

/** Many starts at the same moment, pattern by pattern, each by two requests with one key. */
export async function loadAtOnce(options: LoadOptions & { readonly starts: number }): Promise<Part> {
  const { starts, seed, onProgress } = options;
  const host = await LoadedHost.start(options);
  try {
    const load = { seed, rate: 1, newest: 2 * starts, photos: await smallPhotos() };
    const shop = await ShopUnderLoad.of({
      base: host.base,
      storage: host.storage,
      load,
      timeoutMs: ANSWERS_WITHIN_MS,
      folder: options.folder,
    });
    const { traffic, approver, client } = shop;
    const stalls = new Stalls(host.stallsFile);
    const running = [approver.run(), stalls.watch(shop.storage)];
    const left: string[] = [];
    const rows: (string | number)[][] = [];
    for (const [index, [name, pattern]] of BURSTS.entries()) {
      onProgress?.(`${name} (${index + 1} of ${BURSTS.length})`);
      const [accepted, refused] = [traffic.acceptances.length, traffic.refused.length];
      const made = await traffic.makeAtOnce(pattern, starts);
      const begun = performance.now();
      const settling = await shop.settled(SETTLES_WITHIN_MS, () => undefined);
      const seconds = (performance.now() - begun) / 1000;
      left.push(...settling.broken);
      const times = milliseconds(traffic.acceptances.slice(accepted));
      rows.push([
        name,
        made,
        traffic.refused.length - refused,
        ...times,
        seconds.toFixed(1),
        settling.broken.length,
      ]);
    }
    await Promise.all(Array.from({ length: starts }, () => client.read("/api/sales")));
    approver.stop();
    stalls.stop();
    await Promise.all(running);
    await shop.signalsCounted();
    await options.onQuiet?.(shop.storage);
    const { invariants } = await shop.compare({ kills: [], blamesItself: false });
    const heading = [
      "starts at once",
      "starts",
      "refused",
      ...QUANTILES,
      "s until all ended",
      "left running",
    ];
    return {
      name: "at-once",
      title: `${starts} starts at once of each pattern`,
      text: [
        `Each start is two requests at the same time with one key; then ${starts} readers of the sales at once. The times`,
        "are those to the 202 of the first of the two requests. Orders come twice, so that each refund and watch has one",
        "that is confirmed.",
        "",
        ...table(heading, rows),
        "",
        ...stalls.slowest(traffic.acceptances),
        "",
        memoryText(host),
      ],
      plots: { latency: latencyPlot("Time to the 202 of starts at once", traffic.acceptances) },
      invariants: [invariant("nothing is left running", traffic.started.length, left), ...invariants],
    };
  } finally {
    await host.stop();
  }
}
