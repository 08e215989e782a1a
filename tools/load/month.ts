import type { Series } from "../report/plot.ts";
import { table } from "../report/table.ts";
import { invariant, type Invariant } from "../traffic/checks.ts";
import { FINAL, instances } from "../traffic/settle.ts";
import { ShopUnderLoad } from "../traffic/shop-under-load.ts";
import { smallPhotos } from "../traffic/small-photos.ts";
import { LoadedHost } from "./loaded-host.ts";
import { ANSWERS_WITHIN_MS, type LoadOptions, type Part } from "./part.ts";

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
    const month = new Month(shop, host, keptDays);
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
      isPurged: (id) => month.isPurged(id),
    });
    return {
      name: "month",
      title: `${days} virtual days with ${callsPerDay} calls a day`,
      text: [
        `Ended processes are kept for ${keptDays} days. ${shop.traffic.started.length} processes were started, and ` +
          `${month.purged} of them have been purged. The shop refused ${shop.traffic.refused.length} starts; the other calls ` +
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
  readonly #keptDays: number;
  readonly #left: string[] = [];
  readonly #kept: string[] = [];
  readonly #lost: string[] = [];
  /** The virtual day in which a process was started. */
  readonly #dayOf = new Map<string, number>();
  readonly #gone = new Set<string>();

  constructor(shop: ShopUnderLoad, host: LoadedHost, keptDays: number) {
    this.#keptDays = keptDays;
    this.#shop = shop;
    this.#host = host;
  }

  get purged(): number {
    return this.#gone.size;
  }

  isPurged(id: string): boolean {
    return this.#gone.has(id);
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
    for (const { id } of traffic.started) if (!this.#dayOf.has(id)) this.#dayOf.set(id, day);
    const all = await instances(client, FINAL);
    const there = new Set(all.map(({ id }) => id));
    for (const [id, of] of this.#dayOf) {
      const age = day - of;
      if (!there.has(id)) this.#gone.add(id);
      // The purge is once a day: in the last day before it, either is right.
      if (there.has(id) && age > this.#keptDays + 1) this.#kept.push(`${id} is there after ${age} days`);
      if (!there.has(id) && age < this.#keptDays) this.#lost.push(`${id} is gone after ${age} days`);
    }
    const { memory, disk } = this.#host;
    this.days.push({ day, memory, disk, kept: all.length, started: traffic.started.length });
  }

  invariants(): Invariant[] {
    const compared = this.#dayOf.size;
    const today = this.days.length;
    const old = [...this.#dayOf.values()].filter((day) => today - day > this.#keptDays + 1).length;
    return [
      invariant("nothing is left running at the end of a day", compared, this.#left),
      invariant(`nothing is purged before ${this.#keptDays} days`, compared, this.#lost),
      invariant(`everything is purged after ${this.#keptDays} days and the next run`, old, this.#kept),
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
