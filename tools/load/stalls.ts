import { existsSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Storage } from "../../src/storage/storage.ts";
import { table } from "../report/table.ts";
import type { Acceptance } from "../traffic/traffic.ts";

const WINDOW_MS = 500;
const SHOWN = 5;

/** What a slow answer may have waited for, in one window of time. */
interface Window {
  readonly from: number;
  readonly until: number;
  /** The longest time for which an event loop could do nothing else. */
  readonly blocked: number;
}
type HostWindow = Window & {
  readonly collecting: number;
  /** The shares of the time in which its event loop had something to do, and in which it got a processor. */
  readonly busy: number;
  readonly used: number;
};
type CallerWindow = Window & { readonly storage: number };

/** Watches host, storage and callers beside a load, so that slow answers can be explained. */
export class Stalls {
  readonly #file: string;
  readonly #own: CallerWindow[] = [];
  #isOn = true;

  /** @param file written by `stalls-of-host.mjs` */
  constructor(file: string) {
    this.#file = file;
  }

  /** Until `stop`. */
  async watch(storage: Storage): Promise<void> {
    const loop = monitorEventLoopDelay({ resolution: 10 });
    loop.enable();
    const outbox = await storage.queue("outbox");
    while (this.#isOn) {
      const from = Date.now();
      await outbox.getProperties();
      const answered = Date.now() - from;
      await delay(Math.max(0, WINDOW_MS - answered));
      this.#own.push({ from, until: Date.now(), blocked: loop.max / 1e6, storage: answered });
      loop.reset();
    }
    loop.disable();
  }

  stop(): void {
    this.#isOn = false;
  }

  /** The slowest answers to starts, and what happened meanwhile. */
  slowest(acceptances: readonly Acceptance[]): string[] {
    const host = this.#ofHost();
    const begin = Math.min(...acceptances.map(({ at }) => at));
    const rows = acceptances
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, SHOWN)
      .map(({ pattern, at, ms }) => {
        const [hosts, own] = [during(host, at, at + ms), during(this.#own, at, at + ms)];
        const most = (values: readonly number[]) =>
          values.length === 0 ? "–" : `${Math.round(Math.max(...values))} ms`;
        const collected = hosts.reduce((sum, { collecting }) => sum + collecting, 0);
        return [
          pattern,
          `${((at - begin) / 1000).toFixed(1)} s`,
          `${Math.round(ms)} ms`,
          average(hosts.map(({ busy }) => busy)),
          average(hosts.map(({ used }) => used)),
          most(hosts.map(({ blocked }) => blocked)),
          hosts.length === 0 ? "–" : `${Math.round(collected)} ms`,
          most(own.map(({ storage }) => storage)),
          most(own.map(({ blocked }) => blocked)),
        ];
      });
    return [
      "The slowest answers, and what happened in the half-seconds around them. Host: how much of the time its event loop had",
      "something to do, how much processor time it got (less than that: others had the processor), the longest time for which",
      "its event loop was blocked, and all its garbage collections. Storage: the slowest answer of the emulator to a small",
      "request. Callers: the longest time for which their own event loop was blocked.",
      "",
      ...table(
        [
          "start of",
          "asked after",
          "202 after",
          "host busy",
          "processor",
          "host blocked",
          "host collecting",
          "storage",
          "callers blocked",
        ],
        rows,
      ),
    ];
  }

  #ofHost(): HostWindow[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as HostWindow);
  }
}

const average = (shares: readonly number[]) =>
  shares.length === 0
    ? "–"
    : `${Math.round((100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length)} %`;

const during = <T extends Window>(windows: readonly T[], from: number, until: number): T[] =>
  windows.filter((each) => each.until >= from && each.from <= until);
