import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, type Client, jsonBody } from "./client.ts";
import {
  anImport,
  anOrder,
  aRefund,
  aRendering,
  aReport,
  aWatch,
  type Pattern,
  type Wanted,
} from "./processes.ts";
import { Random } from "./random.ts";

/** A process whose start was answered with 202 (or 200, if it was running already). */
export interface Started extends Wanted {
  readonly id: string;
  /** Where its state is read. */
  readonly self: string;
  readonly at: number;
}

export interface Load {
  readonly seed: number;
  /** Starts in a second. */
  readonly rate: number;
  /** The most that are being made at the same time: while the host is dead, they wait. */
  readonly atOnce: number;
  /** Small files for albums. */
  readonly photos: readonly Uint8Array<ArrayBuffer>[];
  /** Gets a line for every start that was acknowledged. */
  readonly record: string;
}

const WEIGHTS: readonly (readonly [Pattern | "sales", number])[] = [
  ["order", 40],
  ["refund", 22],
  ["watch", 10],
  ["album", 8],
  ["report", 6],
  ["import", 8],
  ["sales", 6],
];
const NOT_A_PHOTO = new Uint8Array(Buffer.from("This is a text."));
const PAUSE_MS = 60;
/** Refunds and watches are for one of the newest orders, which may still be running. */
const NEWEST = 25;

/** Callers of all patterns. What one of them does is decided by the seed and its number. */
export class Traffic {
  readonly started: Started[] = [];
  /** Starts that were refused for a reason of the shop, such as a refund for an order that is not confirmed. */
  refused = 0;
  /** Starts whose callers have gone without an answer: they may have happened or not. */
  abandoned = 0;
  /** Requests repeated with their key that were given another process. */
  readonly doubled: string[] = [];
  /** Answers that nobody expects. */
  readonly odd: string[] = [];
  readonly #client: Client;
  readonly #load: Load;
  readonly #watched = new Set<string>();
  readonly #making = new Set<Promise<void>>();
  #next = 0;
  #isOn = true;
  #onAcknowledged: (() => void)[] = [];

  constructor(client: Client, load: Load) {
    this.#client = client;
    this.#load = load;
  }

  /** Until `stop`. */
  async run(): Promise<void> {
    while (this.#isOn) {
      if (this.#making.size < this.#load.atOnce) {
        const making = this.#act(this.#next++).finally(() => this.#making.delete(making));
        this.#making.add(making);
      }
      await delay(1000 / this.#load.rate);
    }
  }

  /** No more starts; waits until those that have begun are answered. */
  async stop(): Promise<void> {
    this.#isOn = false;
    await Promise.all(this.#making);
  }

  nextAcknowledgement(): Promise<void> {
    return new Promise((resolve) => this.#onAcknowledged.push(resolve));
  }

  ofPattern(pattern: Pattern): Started[] {
    return this.started.filter((each) => each.pattern === pattern);
  }

  async #act(number: number): Promise<void> {
    const random = new Random(this.#load.seed * 1_000_003 + number);
    const total = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
    let left = random.next() * total;
    const [what = "order"] = WEIGHTS.find(([, weight]) => (left -= weight) < 0) ?? [];
    const name = `c${this.#load.seed}-${number}`;
    await this.#ways[what](random, name).catch((error: unknown) => {
      this.odd.push(`${what} ${number}: ${String(error)}`);
    });
  }

  readonly #ways: Readonly<Record<Pattern | "sales", (random: Random, name: string) => Promise<void>>> = {
    order: (random, name) => this.#start(anOrder(random), name, random),
    refund: async (random, name) => {
      const order = this.#oneOf(random, this.ofPattern("order").slice(-NEWEST));
      if (order) await this.#start(aRefund(random, order.id), name, random);
    },
    watch: (random, name) => this.#watch(random, name),
    album: async (random, name) => {
      const failures = random.chance(0.3) ? 1 : 0;
      const files = [...this.#load.photos, ...(failures > 0 ? [NOT_A_PHOTO] : [])];
      for (const [index, body] of files.entries()) {
        const init = { headers: { "content-type": "image/jpeg" }, body };
        await this.#expect([200, 201], "PUT", `/api/albums/${name}/photos/${index}.jpg`, init);
      }
      await this.#start(aRendering(name, this.#load.photos.length, failures), name, random);
    },
    report: (random, name) =>
      this.#start(aReport(random, new Date().toISOString().slice(0, "2026-11-24".length)), name, random),
    import: async (random, name) => {
      const { csv, ...wanted } = anImport(random, name);
      const init = { headers: { "content-type": "text/csv" }, body: csv };
      await this.#expect([200, 201], "PUT", `/api/price-lists/${name}`, init);
      await this.#start(wanted, name, random);
    },
    sales: async () => {
      await this.#expect([200], "GET", "/api/sales");
    },
  };

  async #watch(random: Random, name: string): Promise<void> {
    const open = this.ofPattern("order").slice(-NEWEST);
    const order = this.#oneOf(
      random,
      open.filter(({ id, ends }) => ends[0] === "completed confirmed" && !this.#watched.has(id)),
    );
    if (!order) return;
    const seen = await this.#client.read<{ result?: { trackingNumber?: string } }>(order.self);
    const trackingNumber = seen?.result?.trackingNumber;
    if (trackingNumber === undefined || this.#watched.has(order.id)) return;
    this.#watched.add(order.id);
    await this.#start(aWatch(trackingNumber, String(order.about["postalCode"])), name, random);
  }

  /** Some callers go when they get no answer, most repeat the request, and some repeat it after the answer, too. */
  async #start(wanted: Wanted, key: string, random: Random): Promise<void> {
    const init = jsonBody(wanted.body, key);
    const isPatient = random.chance(0.85);
    const isAnxious = random.chance(0.2);
    let answer = await this.#client.call("POST", wanted.path, init);
    const id = this.#acknowledge(wanted, answer);
    if (id === undefined) {
      if (!answer && !isPatient) {
        this.abandoned += 1;
        return;
      }
      if (!answer || answer.status >= 500) {
        await delay(PAUSE_MS);
        answer = await this.#client.insist("POST", wanted.path, init);
        if (this.#acknowledge(wanted, answer) !== undefined) return;
      }
      if (answer.status === 409) this.refused += 1;
      else this.odd.push(`POST ${wanted.path} ${answer.status} ${answer.text.slice(0, 200)}`);
      return;
    }
    if (!isAnxious) return;
    const again = await this.#client.insist("POST", wanted.path, init);
    const sameId = idIn(again);
    if (sameId !== id) this.doubled.push(`${key}: ${id}, then ${again.status} ${sameId}`);
  }

  /** The first thing that happens after an answer. */
  #acknowledge(wanted: Wanted, answer: Answer | undefined): string | undefined {
    if (!answer || (answer.status !== 202 && answer.status !== 200)) return undefined;
    const { id, links } = JSON.parse(answer.text) as { id: string; links: { self: string } };
    const started: Started = { ...wanted, id, self: new URL(links.self).pathname, at: Date.now() };
    this.started.push(started);
    appendFileSync(this.#load.record, `${JSON.stringify(started)}\n`);
    for (const notify of this.#onAcknowledged.splice(0)) notify();
    return id;
  }

  async #expect(
    statuses: readonly number[],
    method: string,
    path: string,
    init?: RequestInit,
  ): Promise<void> {
    const { status, text } = await this.#client.insist(method, path, init);
    if (!statuses.includes(status)) throw new Error(`${method} ${path} ${status} ${text.slice(0, 200)}`);
  }

  #oneOf<T>(random: Random, list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : random.pick(list);
  }
}

function idIn({ text }: Answer): string | undefined {
  try {
    return (JSON.parse(text) as { id?: string }).id;
  } catch {
    return undefined;
  }
}
