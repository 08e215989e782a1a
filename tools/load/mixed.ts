import { setTimeout as delay } from "node:timers/promises";
import { ShopUnderLoad } from "../traffic/shop-under-load.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { LoadedHost, memoryText } from "./loaded-host.ts";
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
    const running = [traffic.run(), approver.run()];
    const memory: (readonly [number, number])[] = [];
    let mostOpen = 0;
    const begun = performance.now();
    for (let passed = 0; passed < seconds * 1000; passed = performance.now() - begun) {
      await delay(Math.min(SAMPLE_MS, seconds * 1000 - passed));
      mostOpen = Math.max(mostOpen, client.open);
      const megabytes = host.memory;
      if (megabytes !== undefined) memory.push([(performance.now() - begun) / 60_000, megabytes]);
      onProgress?.(`${Math.round(passed / 1000)} of ${seconds} s, ${traffic.started.length} started`);
    }
    await traffic.stop();
    const settleBegun = performance.now();
    const settling = await shop.settled(SETTLES_WITHIN_MS, (open) => onProgress?.(`${open} still to end`));
    const settleSeconds = (performance.now() - settleBegun) / 1000;
    approver.stop();
    await Promise.all(running);
    await shop.signalsCounted();
    await options.onQuiet?.(shop.storage);
    const { invariants } = await shop.compare({ kills: [], blamesItself: false });
    return {
      title: `A mixed load of ${rate} starts a second for ${seconds} seconds`,
      text: [
        ...latencies(traffic.acceptances),
        "",
        `${traffic.refused.length} starts were refused by the shop. At most ${mostOpen} requests were open. ` +
          `${settleSeconds.toFixed(1)} s after the last start everything had ended. ${memoryText(host)}`,
      ],
      plots: [
        latencyPlot("Time to the 202 under a mixed load", traffic.acceptances),
        {
          title: "Memory of the host under a mixed load",
          x: { unit: "min" },
          y: { unit: "MB" },
          isLine: true,
          series: [{ name: "resident memory", points: memory }],
        },
      ],
      invariants: [settling, ...invariants],
    };
  } finally {
    await host.stop();
  }
}
