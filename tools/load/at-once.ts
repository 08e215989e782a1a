import { table } from "../report/table.ts";
import { invariant } from "../traffic/checks.ts";
import type { Pattern } from "../traffic/processes.ts";
import { ShopUnderLoad } from "../traffic/shop-under-load.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { LoadedHost, memoryText } from "./loaded-host.ts";
import {
  ANSWERS_WITHIN_MS,
  latencyPlot,
  type LoadOptions,
  milliseconds,
  type Part,
  SETTLES_WITHIN_MS,
  SHARES,
} from "./part.ts";

/** Orders twice, because not every order has a parcel that a watch can follow. */
const BURSTS: readonly Pattern[] = ["order", "order", "refund", "watch", "report", "import", "album"];

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
    const approving = approver.run();
    const left: string[] = [];
    const rows: (string | number)[][] = [];
    for (const [index, pattern] of BURSTS.entries()) {
      onProgress?.(`${pattern} (${index + 1} of ${BURSTS.length})`);
      const [accepted, refused] = [traffic.acceptances.length, traffic.refused.length];
      const made = await traffic.makeAtOnce(pattern, starts);
      const begun = performance.now();
      const settling = await shop.settled(SETTLES_WITHIN_MS, () => undefined);
      const seconds = (performance.now() - begun) / 1000;
      left.push(...settling.broken);
      const times = milliseconds(traffic.acceptances.slice(accepted));
      rows.push([
        pattern,
        made,
        traffic.refused.length - refused,
        ...times,
        seconds.toFixed(1),
        settling.broken.length,
      ]);
    }
    await Promise.all(Array.from({ length: starts }, () => client.read("/api/sales")));
    approver.stop();
    await approving;
    await shop.signalsCounted();
    await options.onQuiet?.(shop.storage);
    const { invariants } = await shop.compare({ kills: [], blamesItself: false });
    const heading = [
      "starts at once",
      "starts",
      "refused",
      ...SHARES.map(([name]) => name),
      "s to the last end",
      "left",
    ];
    return {
      title: `${starts} starts at once of each pattern`,
      text: [
        `Each start is two requests at the same time with one key; then ${starts} readers of the sales at once. The times`,
        "are those to the 202 of the first of the two requests.",
        "",
        ...table(heading, rows),
        "",
        memoryText(host),
      ],
      plots: [latencyPlot("Time to the 202 of starts at once", traffic.acceptances)],
      invariants: [invariant("nothing is left running", traffic.started.length, left), ...invariants],
    };
  } finally {
    await host.stop();
  }
}
