import { setTimeout as delay } from "node:timers/promises";
import { ShopUnderLoad } from "../traffic/shop-under-load.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { table } from "../report/table.ts";
import { timeAxis } from "../report/time-axis.ts";
import type { Traffic } from "../traffic/traffic.ts";
import { LoadedHost, memoryText } from "./loaded-host.ts";
import { Stalls } from "./stalls.ts";
import {
  ANSWERS_WITHIN_MS,
  latencies,
  latencyPlot,
  type LoadOptions,
  type Part,
  SETTLES_WITHIN_MS,
} from "./part.ts";

const SAMPLE_MS = 1000;

/** Starts of all patterns at a constant rate, whether earlier ones have been answered or not. */
export async function loadMixed(
  options: LoadOptions & { readonly seconds: number; readonly rate: number },
): Promise<Part> {
  const { seconds, rate, seed, onProgress } = options;
  const host = await LoadedHost.start(options);
  try {
    const load = { seed, rate, photos: await smallPhotos() };
    const shop = await ShopUnderLoad.of({
      base: host.base,
      storage: host.storage,
      load,
      timeoutMs: ANSWERS_WITHIN_MS,
      folder: options.folder,
    });
    const { traffic, approver, client } = shop;
    const stalls = new Stalls(host.stallsFile);
    const running = [traffic.run(), approver.run(), stalls.watch(shop.storage)];
    const memory: (readonly [number, number])[] = [];
    const begun = performance.now();
    for (let passed = 0; passed < seconds * 1000; passed = performance.now() - begun) {
      await delay(Math.min(SAMPLE_MS, seconds * 1000 - passed));
      const megabytes = host.memory;
      if (megabytes !== undefined) memory.push([performance.now() - begun, megabytes]);
      onProgress?.(`${Math.round(passed / 1000)} of ${seconds} s, ${traffic.started.length} started`);
    }
    await traffic.stop();
    const settleBegun = performance.now();
    const settling = await shop.settled(SETTLES_WITHIN_MS, (open) => onProgress?.(`${open} still to end`));
    const settleSeconds = (performance.now() - settleBegun) / 1000;
    approver.stop();
    stalls.stop();
    await Promise.all(running);
    await shop.signalsCounted();
    await options.onQuiet?.(shop.storage);
    const { invariants } = await shop.compare({ kills: [], blamesItself: false });
    const { axis, place } = timeAxis(seconds * 1000);
    return {
      name: "mixed",
      title: `A mixed load of ${rate} calls a second for ${seconds} seconds`,
      text: [
        ...whatBecame(traffic, seconds, seconds + settleSeconds),
        "",
        ...latencies(traffic.acceptances),
        "",
        ...stalls.slowest(traffic.acceptances),
        "",
        `At most ${client.mostOpen} requests were open at the same time. ` +
          `${settleSeconds.toFixed(1)} s after the last start everything had ended. ${memoryText(host)}`,
      ],
      plots: {
        latency: latencyPlot("Time to the 202 under a mixed load", traffic.acceptances),
        memory: {
          title: "Memory of the host under a mixed load",
          x: axis,
          y: { unit: "MB" },
          isLine: true,
          series: [{ name: "resident memory", points: memory.map(([ms, size]) => [place(ms), size]) }],
        },
      },
      invariants: [settling, ...invariants],
    };
  } finally {
    await host.stop();
  }
}

/** Each call that was asked for, in one row: a slow host gets no less to do, and what it has not taken is seen. */
function whatBecame(traffic: Traffic, seconds: number, untilLastEnd: number): string[] {
  const { asked, unsent, started, refused, abandoned } = traffic;
  const left = [...unsent.values()].reduce((sum, each) => sum + each, 0);
  const row = (what: string, count: number, time = seconds) => [what, count, (count / time).toFixed(2)];
  return table(
    ["what became of the calls", "number", "a second"],
    [
      row("asked for", asked.reads + asked.starts),
      row("reads of the sales", asked.reads),
      row("starts that were sent", asked.starts - left),
      row("… and accepted", started.length),
      row("… and refused by the shop", refused.length),
      row("… and given up without an answer", abandoned),
      ...[...unsent].map(([why, count]) => row(`starts not sent: ${why}`, count)),
      row("finished, until the last end", started.length, untilLastEnd),
    ],
  );
}
