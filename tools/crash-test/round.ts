import { setTimeout as delay } from "node:timers/promises";
import type { Storage } from "../../src/storage/storage.ts";
import { endOf, type Invariant, isUsedUp } from "../traffic/checks.ts";
import type { Client } from "../traffic/client.ts";
import type { StoragePlace } from "../traffic/stored.ts";
import { type Figures, ShopUnderLoad } from "../traffic/shop-under-load.ts";
import type { Load, Traffic } from "../traffic/traffic.ts";
import { type Kill, planOf } from "./plan.ts";
import type { InFlight, Recovery, Target } from "./target.ts";

/** After this time a kill happens, even if what it is aimed at has not. */
const LONGEST_AIM_MS = 3000;

export interface RoundOptions {
  readonly target: Target;
  readonly storage: StoragePlace;
  readonly key: string | undefined;
  readonly kills: number;
  readonly load: Omit<Load, "record">;
  /** For its files. */
  readonly folder: string;
  readonly onSettling: (open: number) => void;
  readonly onQuiet: (storage: Storage) => Promise<void>;
  readonly onKill: (kill: DoneKill, started: number) => void;
}

export interface DoneKill extends Kill {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly openRequests: number;
  readonly inFlight: InFlight | undefined;
  /** Absent if it was killed again before it answered. */
  recovery?: Recovery | undefined;
}

export interface Round {
  readonly kills: readonly DoneKill[];
  readonly invariants: readonly Invariant[];
  readonly figures: Figures;
}

/** Loads the app, kills it again and again, waits until all has ended, and compares. */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { target, storage, folder, key, load } = options;
  target.begin();
  await target.recovered();
  const shop = await ShopUnderLoad.of({ base: target.base, key, storage, load, folder });
  const running = Promise.all([shop.traffic.run(), shop.approver.run()]);
  const never = new Promise<never>(() => undefined);
  // A caller that cannot go on, without storage for example, ends the round at once.
  return Promise.race([killAndCompare(options, shop, running), running.then(() => never)]);
}

async function killAndCompare(
  options: RoundOptions,
  shop: ShopUnderLoad,
  running: Promise<unknown>,
): Promise<Round> {
  const { target, load } = options;
  const { client, traffic, approver } = shop;
  const kills: DoneKill[] = [];
  for (const kill of planOf(load.seed, options.kills)) {
    const done = await execute(kill, target, { client, traffic, last: kills.at(-1) });
    kills.push(done);
    options.onKill(done, traffic.started.length);
  }
  await remember(target, kills.at(-1));
  await traffic.stop();
  const settling = await shop.settled(target.settlesWithinMs, options.onSettling);
  approver.stop();
  await running;
  // What still runs still writes the books.
  if (settling.broken.length > 0) return { kills, invariants: [settling], figures: {} };
  await shop.signalsCounted();
  await options.onQuiet(shop.storage);
  const { invariants, figures } = await shop.compare({ kills, blamesItself: target.blamesItself });
  return { kills, invariants: [settling, ...invariants], figures: { ...figures, ...figuresOf(kills, shop) } };
}

interface Surroundings {
  readonly client: Client;
  readonly traffic: Traffic;
  readonly last: DoneKill | undefined;
}

async function execute(
  kill: Kill,
  target: Target,
  { client, traffic, last }: Surroundings,
): Promise<DoneKill> {
  const moment = target.moments.includes(kill.moment) ? kill.moment : "anyTime";
  if (moment !== "duringRecovery") await remember(target, last);
  await delay(kill.waitMs);
  if (moment === "afterAcknowledgement") {
    await Promise.race([traffic.nextAcknowledgement(), delay(LONGEST_AIM_MS)]);
    await delay(kill.delayMs);
  } else if (moment === "duringCommit") {
    await Promise.race([target.nextWrite(), delay(LONGEST_AIM_MS)]);
  }
  const found = { ...kill, moment, at: Date.now(), openRequests: client.open };
  if (kill.target === "worker" && (await target.killWorker())) return { ...found, inFlight: undefined };
  const inFlight = await target.killHost();
  target.begin();
  return { ...found, target: "host", inFlight };
}

/** Waits for the recovery after a kill, and records it. */
async function remember(target: Target, kill: DoneKill | undefined): Promise<void> {
  const recovery = await target.recovered();
  if (kill?.target === "host") kill.recovery ??= recovery;
}

/** What only kills make. */
function figuresOf(kills: readonly DoneKill[], shop: ShopUnderLoad): Figures {
  const figures: Record<string, number> = {};
  for (const [name, calls] of kills.flatMap(({ inFlight }) => Object.entries(inFlight?.activities ?? {}))) {
    figures[`repeated: ${name}`] = (figures[`repeated: ${name}`] ?? 0) + calls;
  }
  const usedUp = shop.traffic.started.filter(({ id, ends }) => {
    const state = shop.stateOf(id);
    return state !== undefined && isUsedUp(state) && !ends.includes(endOf(state));
  });
  return { ...figures, "callers: orders whose step had no try left after deaths of workers": usedUp.length };
}
