import type { Alarm, Clock } from "../../../local-host/clock.ts";

/** A clock that stands still until a test moves it; alarms ring in order of their time. */
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

  /** Moves on, ringing what is due on the way, and lets what was rung run until it waits for I/O or the clock. */
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
}
