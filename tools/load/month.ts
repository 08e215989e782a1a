import type { Series } from "../report/plot.ts";
import { table } from "../report/table.ts";
import { invariant, type Invariant } from "../traffic/checks.ts";
import { FINAL, instances } from "../traffic/settle.ts";
import { ShopUnderLoad } from "../traffic/shop-under-load.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { LoadedHost } from "./loaded-host.ts";
import { ANSWERS_WITHIN_MS, type LoadOptions, type Part } from "./part.ts";
import { Retention } from "./retention.ts";

/** How often in a day callers come. */
const SLOTS = 4;
const SLOT_HOURS = 24 / SLOTS;
/** In so many minutes approvers look into their mail, after callers came. */
const DECISIONS = 5;
const SETTLES_WITHIN_MS = 60_000;
const DAY_MS = 86_400_000;

interface Day {
  readonly day: number;
  readonly memory: number | undefined;
  readonly disk: number;
  /** Ended, parts included. */
  readonly kept: number;
  readonly started: number;
}

export interface MonthOptions extends LoadOptions {
  readonly days: number;
  readonly callsPerDay: number;
  /** Ended processes are purged after so many days. */
  readonly keptDays: number;
}

/**
 * Weeks of mixed traffic in virtual time, in which ended processes are purged. They are in the past, because timers of
 * the app do not count time as passed that is still to come by the computer's clock.
 */
export async function loadMonth(options: MonthOptions): Promise<Part> {
  const { days, callsPerDay, keptDays, seed, onProgress } = options;
  const env = Object.fromEntries(
    FINAL.map((status) => [`SHOP_KEEP_${status.toUpperCase()}`, `P${keptDays}D`]),
  );
  const begin = new Date(Date.now() - (days + 1) * DAY_MS);
  const flags = ["--virtual-time", "--paused", "--start-at", begin.toISOString()];
  const host = await LoadedHost.start({ ...options, env, flags });
  try {
    const load = { seed, rate: 1, photos: await smallPhotos() };
    const shop = await ShopUnderLoad.of({
      base: host.base,
      storage: host.storage,
      load,
      timeoutMs: ANSWERS_WITHIN_MS,
      folder: options.folder,
    });
    const retention = new Retention(keptDays);
    const month = new Month(shop, host, retention);
    for (let day = 1; day <= days; day++) {
      for (let slot = 0; slot < SLOTS; slot++) await month.slot(Math.ceil(callsPerDay / SLOTS));
      await month.endOfDay(day);
      onProgress?.(`day ${day} of ${days}, ${shop.traffic.started.length} started`);
    }
    await options.onQuiet?.(shop.storage);
    const { invariants } = await shop.compare({
      kills: [],
      blamesItself: false,
      period: { from: begin, until: new Date() },
      isPurged: (id) => retention.isPurged(id),
    });
    return {
      name: "month",
      title: `${days} virtual days with ${callsPerDay} calls a day`,
      text: [
        `Ended processes are kept for ${keptDays} days. ${shop.traffic.started.length} processes were started, and ` +
          `${retention.purged} of them have been purged. The shop refused ${shop.traffic.refused.length} starts; the other calls ` +
          "read the sales, or found nothing to refund or to watch.",
        "",
        ...table(
          ["day", "started until then", "instances kept", "task hub, MB", "memory, MB"],
          month.days.map(({ day, started, kept, disk, memory }) => [
            `${day}`,
            started,
            kept,
            disk.toFixed(1),
            memory === undefined ? "" : Math.round(memory),
          ]),
        ),
      ],
      plots: {
        memory: plot("Memory of the host and size of its task hub", "MB", [
          series("resident memory", month.days, ({ memory }) => memory),
          series("task hub", month.days, ({ disk }) => disk),
        ]),
        instances: plot(`Ended instances, which are purged after ${keptDays} days`, "", [
          series("instances", month.days, ({ kept }) => kept),
        ]),
      },
      invariants: [...month.invariants(), ...invariants],
    };
  } finally {
    await host.stop();
  }
}

class Month {
  readonly days: Day[] = [];
  readonly #shop: ShopUnderLoad;
  readonly #host: LoadedHost;
  readonly #retention: Retention;
  readonly #left: string[] = [];

  constructor(shop: ShopUnderLoad, host: LoadedHost, retention: Retention) {
    this.#shop = shop;
    this.#host = host;
    this.#retention = retention;
  }

  /** Callers come, approvers decide in the minutes after that, and then time passes. */
  async slot(calls: number): Promise<void> {
    const { traffic, approver } = this.#shop;
    await traffic.make(calls);
    for (let minute = 0; minute < DECISIONS; minute++) {
      await approver.decideNow();
      await this.#advance("PT1M");
    }
    await this.#advance(`PT${SLOT_HOURS * 60 - DECISIONS}M`);
  }

  async endOfDay(day: number): Promise<void> {
    const { client, traffic } = this.#shop;
    this.#left.push(...(await this.#shop.settled(SETTLES_WITHIN_MS, () => undefined)).broken);
    await this.#shop.readEnds();
    const all = await instances(client, FINAL);
    this.#retention.endOfDay(day, traffic.started, new Set(all.map(({ id }) => id)));
    const { memory, disk } = this.#host;
    this.days.push({ day, memory, disk, kept: all.length, started: traffic.started.length });
  }

  invariants(): Invariant[] {
    const compared = this.#shop.traffic.started.length;
    return [
      invariant("nothing is left running at the end of a day", compared, this.#left),
      ...this.#retention.invariants(),
    ];
  }

  /** Moves the host's time, and waits until everything that became due has run. */
  async #advance(advance: string): Promise<void> {
    const init = { method: "POST", body: JSON.stringify({ advance }) };
    const answer = await fetch(`${this.#host.base}/admin/clock`, init);
    if (!answer.ok) throw new Error(`The clock answers ${answer.status}`);
    await answer.body?.cancel();
  }
}

const series = (name: string, days: readonly Day[], of: (day: Day) => number | undefined): Series => ({
  name,
  points: days.flatMap((each) => {
    const value = of(each);
    return value === undefined ? [] : [[each.day, value] as const];
  }),
});

const plot = (title: string, unit: string, all: readonly Series[]) => ({
  title,
  x: { unit: "d" },
  y: { unit },
  isLine: true,
  series: all,
});
