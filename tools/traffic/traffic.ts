import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, type Client, jsonBody } from "./client.ts";
import { Preparation } from "./preparation.ts";
import type { Pattern, Wanted } from "./processes.ts";
import { Random } from "./random.ts";

/** A process whose start was answered with 202 (or 200, if it was running already). */
export interface Started extends Wanted {
  readonly id: string;
  /** Where its state is read. */
  readonly self: string;
  /** When its caller asked for the first time, in epoch milliseconds. */
  readonly askedAt: number;
}

export interface Load {
  readonly seed: number;
  /** Starts in a second. */
  readonly rate: number;
  /**
   * The most that are being made at the same time: while the host is dead, no more begin. Without it callers do not
   * wait for each other.
   */
  readonly atOnce?: number;
  /** Refunds and watches are for one of so many newest orders, which may still be running; default 25. */
  readonly newest?: number;
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
const PAUSE_MS = 60;
const CALLERS = 16;

/** The first answer to a start. */
export interface Acceptance {
  readonly pattern: Pattern;
  /** When it was asked for, in epoch milliseconds. */
  readonly at: number;
  readonly ms: number;
}

/** Callers of all patterns. What one of them does is decided by the seed and its number. */
export class Traffic {
  readonly started: Started[] = [];
  /** Of the starts whose first try was accepted. */
  readonly acceptances: Acceptance[] = [];
  /** What the shop refused to start, such as a refund for an order that is not confirmed. */
  readonly refused: Wanted[] = [];
  /** Starts whose callers have gone without an answer: they may have happened or not. */
  abandoned = 0;
  /** What callers came for. */
  readonly asked = { starts: 0, reads: 0 };
  /** What was asked for and not sent, by reason. */
  readonly unsent = new Map<string, number>();
  /** Requests repeated with their key that were given another process. */
  readonly doubled: string[] = [];
  /** Answers that nobody expects. */
  readonly odd: string[] = [];
  readonly #client: Client;
  readonly #load: Load;
  readonly #preparation: Preparation;
  readonly #making = new Set<Promise<void>>();
  #next = 0;
  #isOn = true;
  #onAcknowledged: (() => void)[] = [];

  constructor(client: Client, load: Load) {
    this.#client = client;
    this.#load = load;
    this.#preparation = new Preparation(client, load, () => this.ofPattern("order"));
  }

  /** Until `stop`. */
  async run(): Promise<void> {
    const { rate, atOnce = Infinity } = this.#load;
    let due = Date.now();
    while (this.#isOn) {
      await delay(Math.max(0, due - Date.now()));
      if (this.#making.size < atOnce) this.#begin();
      else {
        this.asked.starts += 1;
        this.#leaveOut("too many requests were open");
      }
      due += 1000 / rate;
    }
  }

  /** So many starts of any patterns, a few at the same time. */
  async make(count: number): Promise<void> {
    const last = this.#next + count;
    const caller = async () => {
      while (this.#next < last) await this.#act(this.#next++);
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
  }

  /**
   * Starts of one pattern at the same moment, each by two requests with the same key, after all that they need was
   * prepared.
   *
   * @returns the number of starts, which is less if there is nothing to start so many for
   */
  async makeAtOnce(pattern: Pattern, count: number): Promise<number> {
    const prepared: { wanted: Wanted; name: string }[] = [];
    const numbers = Array.from({ length: count }, () => this.#next++);
    const prepare = async () => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
        const name = this.#nameOf(number);
        const wanted = await this.#preparation.of(pattern, this.#randomOf(number), name, "onlyConfirmed");
        if (wanted) prepared.push({ wanted, name });
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, prepare));
    await Promise.all(prepared.map(({ wanted, name }) => this.#startTwice(wanted, name)));
    return prepared.length;
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

  #begin(): void {
    const making = this.#act(this.#next++).finally(() => this.#making.delete(making));
    this.#making.add(making);
  }

  async #act(number: number): Promise<void> {
    const random = this.#randomOf(number);
    const total = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
    let left = random.next() * total;
    const [what = "order"] = WEIGHTS.find(([, weight]) => (left -= weight) < 0) ?? [];
    const name = this.#nameOf(number);
    try {
      if (what === "sales") {
        this.asked.reads += 1;
        await this.#client.expect([200], "GET", "/api/sales");
        return;
      }
      this.asked.starts += 1;
      const wanted = await this.#preparation.of(what, random, name);
      if (wanted) await this.#start(wanted, name, random);
      else this.#leaveOut(`no order was there for a ${what}`);
    } catch (error) {
      this.odd.push(`${what} ${number}: ${String(error)}`);
    }
  }

  #leaveOut(why: string): void {
    this.unsent.set(why, (this.unsent.get(why) ?? 0) + 1);
  }

  #randomOf(number: number): Random {
    return new Random(this.#load.seed * 1_000_003 + number);
  }

  #nameOf(number: number): string {
    return `c${this.#load.seed}-${number}`;
  }

  /** Some callers go when they get no answer, most repeat the request, and some repeat it after the answer, too. */
  async #start(wanted: Wanted, key: string, random: Random): Promise<void> {
    const init = jsonBody(wanted.body, key);
    const isPatient = random.chance(0.85);
    const isAnxious = random.chance(0.2);
    const askedAt = Date.now();
    let answer = await this.#firstTry(wanted, init);
    const id = this.#acknowledge(wanted, askedAt, answer);
    if (id === undefined) {
      if (!answer && !isPatient) {
        this.abandoned += 1;
        return;
      }
      if (!answer || answer.status >= 500) {
        await delay(PAUSE_MS);
        answer = await this.#client.insist("POST", wanted.path, init);
        if (this.#acknowledge(wanted, askedAt, answer) !== undefined) return;
      }
      if (answer.status === 409) this.refused.push(wanted);
      else this.odd.push(`POST ${wanted.path} ${answer.status} ${answer.text.slice(0, 200)}`);
      return;
    }
    if (!isAnxious) return;
    this.#expectSame(key, id, await this.#client.insist("POST", wanted.path, init));
  }

  /** Like a caller whose first request gets no answer for a while. */
  async #startTwice(wanted: Wanted, key: string): Promise<void> {
    const init = jsonBody(wanted.body, key);
    const askedAt = Date.now();
    const [first, second] = await Promise.all([
      this.#firstTry(wanted, init),
      this.#client.insist("POST", wanted.path, init),
    ]);
    const id = this.#acknowledge(wanted, askedAt, first ?? second);
    if (id !== undefined) this.#expectSame(key, id, second);
    else if ((first ?? second).status === 409 && second.status === 409) this.refused.push(wanted);
    else
      this.odd.push(
        `POST ${wanted.path} ${first?.status ?? "no answer"} and ${second.status} ${second.text}`,
      );
  }

  #expectSame(key: string, id: string, again: Answer): void {
    const sameId = idIn(again);
    if (sameId !== id) this.doubled.push(`${key}: ${id}, then ${again.status} ${sameId}`);
  }

  async #firstTry({ pattern, path }: Wanted, init: RequestInit): Promise<Answer | undefined> {
    const [at, begun] = [Date.now(), performance.now()];
    const answer = await this.#client.call("POST", path, init);
    if (answer?.status === 202) this.acceptances.push({ pattern, at, ms: performance.now() - begun });
    return answer;
  }

  /** The first thing that happens after an answer. */
  #acknowledge(wanted: Wanted, askedAt: number, answer: Answer | undefined): string | undefined {
    if (!answer || (answer.status !== 202 && answer.status !== 200)) return undefined;
    const { id, links } = JSON.parse(answer.text) as { id: string; links: { self: string } };
    const started: Started = { ...wanted, id, self: new URL(links.self).pathname, askedAt };
    this.started.push(started);
    appendFileSync(this.#load.record, `${JSON.stringify(started)}\n`);
    for (const notify of this.#onAcknowledged.splice(0)) notify();
    return id;
  }
}

function idIn({ text }: Answer): string | undefined {
  try {
    return (JSON.parse(text) as { id?: string }).id;
  } catch {
    return undefined;
  }
}
