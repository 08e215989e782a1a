import type { Alarm, Clock } from "../../../local-host/clock.ts";

/** A clock that a test moves in leaps, as for a queue that is polled now and then: what is due on the way comes late. */
export class LeapingClock implements Clock {
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

  leap(instant: number): void {
    this.#now = Math.max(this.#now, instant);
    for (const alarm of this.#alarms) {
      if (alarm.instant > this.#now) continue;
      this.#alarms.delete(alarm);
      alarm.ring();
    }
  }
}
