import type { Alarm, Clock } from "../../src/clock.ts";

/** A clock that stops until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #alarms = new Set<{ readonly instant: number; readonly ring: () => void }>();

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(instant: number, ring: () => void): Alarm {
    const alarm = { instant, ring };
    this.#alarms.add(alarm);
    return { cancel: () => void this.#alarms.delete(alarm) };
  }

  /** Moves forward, rings due alarms in order, and lets their effects run until they wait for I/O or the clock. */
  async advanceTo(target: number): Promise<void> {
    for (;;) {
      const [next] = [...this.#alarms].toSorted((a, b) => a.instant - b.instant);
      if (next === undefined || next.instant > target) break;
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.instant);
      next.ring();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = target;
  }

  /** Moves forward in one step, so that earlier alarms ring late, as with a queue that is polled at intervals. */
  jumpTo(instant: number): void {
    this.#now = Math.max(this.#now, instant);
    for (const alarm of this.#alarms) {
      if (alarm.instant > this.#now) continue;
      this.#alarms.delete(alarm);
      alarm.ring();
    }
  }
}
