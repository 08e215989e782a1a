import type { Alarm, Clock } from "./clock.ts";

interface PendingAlarm {
  readonly instant: number;
  /** Order in which alarms of the same instant were set. */
  readonly seq: number;
  readonly ring: () => void;
  readonly kind: "schedule" | undefined;
}

/**
 * A clock that moves only on request. Moving rings every alarm at its own instant, in order, and waits until the
 * effects of an alarm are done before the next one rings. `Date`, `setTimeout` and `performance` of the process are not
 * replaced.
 */
export class VirtualClock implements Clock {
  #now: number;
  #seq = 0;
  /** Sorted by instant, then by order of setting; the earliest is last, where removing it is cheap. */
  readonly #alarms: PendingAlarm[] = [];
  /** How many alarms are set, schedules excepted. */
  #awaited = 0;
  #whenAwaited: (() => void)[] = [];
  #atRest: () => Promise<void> = () => Promise.resolve();
  #moves: Promise<unknown> = Promise.resolve();

  /** @param start initial time, a date or epoch milliseconds */
  constructor(start: Date | number) {
    this.#now = Number(start);
  }

  now(): number {
    return this.#now;
  }

  at(instant: number, ring: () => void, kind?: "schedule"): Alarm {
    const alarm: PendingAlarm = { instant, seq: this.#seq++, ring, kind };
    this.#alarms.splice(this.#placeOf(alarm), 0, alarm);
    if (kind === undefined) {
      this.#awaited++;
      for (const tell of this.#whenAwaited.splice(0)) tell();
    }
    return { cancel: () => this.#cancel(alarm) };
  }

  /** The instant of the earliest alarm, epoch milliseconds; undefined if none is set. */
  get nextDue(): number | undefined {
    return this.#alarms.at(-1)?.instant;
  }

  /**
   * Sets how the clock waits until only an alarm can make anything run.
   *
   * @param atRest resolves when this is the case
   */
  waitWith(atRest: () => Promise<void>): void {
    this.#atRest = atRest;
  }

  /** Moves forward by this many milliseconds. @throws {RangeError} for a negative number */
  advance(milliseconds: number): Promise<void> {
    return this.#inTurn(() => this.#moveTo(this.#now + milliseconds));
  }

  /** Moves forward to an instant, a date or epoch milliseconds. @throws {RangeError} if it is in the past */
  advanceTo(instant: Date | number): Promise<void> {
    return this.#inTurn(() => this.#moveTo(Number(instant)));
  }

  /**
   * Jumps from one due time to the next until `done` returns true, or until only schedules are due within `horizonMs`.
   * Returns whether it is done.
   */
  jumpUntil(done: () => boolean | Promise<boolean>, horizonMs = Infinity): Promise<boolean> {
    return this.#inTurn(async () => {
      const latest = this.#now + horizonMs;
      for (;;) {
        await this.#atRest();
        if (await done()) return true;
        if ((this.nextDue ?? 0) > latest || !this.#jump()) return false;
      }
    });
  }

  /** Jumps to the next due time once nothing can run. Returns false if only schedules are due. */
  jump(): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#atRest();
      return this.#jump();
    });
  }

  /** Resolves when there is an alarm to jump to: immediately, or when one is set. */
  whenDue(): Promise<void> {
    if (this.#awaited > 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenAwaited.push(resolve));
  }

  #jump(): boolean {
    const { nextDue } = this;
    if (nextDue === undefined || this.#awaited === 0) return false;
    this.#ringAllAt(nextDue);
    return true;
  }

  /** Two moves at the same time would break the order of alarms, so each waits for the previous one. */
  #inTurn<T>(move: () => Promise<T>): Promise<T> {
    const result = this.#moves.then(move);
    this.#moves = result.catch(() => undefined);
    return result;
  }

  async #moveTo(instant: number): Promise<void> {
    if (!(instant >= this.#now)) throw new RangeError("Virtual time moves forward only");
    await this.#atRest();
    for (let due = this.nextDue; due !== undefined && due <= instant; due = this.nextDue) {
      this.#ringAllAt(due);
      await this.#atRest();
    }
    this.#now = Math.max(this.#now, instant);
  }

  #ringAllAt(instant: number): void {
    this.#now = Math.max(this.#now, instant);
    while (this.nextDue !== undefined && this.nextDue <= this.#now) {
      const alarm = this.#alarms.pop();
      if (alarm === undefined) break;
      this.#uncount(alarm);
      alarm.ring();
    }
  }

  #placeOf({ instant, seq }: PendingAlarm): number {
    let low = 0;
    let high = this.#alarms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#alarms[middle];
      const isLater = other && (other.instant > instant || (other.instant === instant && other.seq > seq));
      if (isLater) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #uncount({ kind }: PendingAlarm): void {
    if (kind === undefined) this.#awaited--;
  }

  #cancel(alarm: PendingAlarm): void {
    const place = this.#placeOf(alarm);
    if (this.#alarms[place] !== alarm) return;
    this.#alarms.splice(place, 1);
    this.#uncount(alarm);
  }
}
