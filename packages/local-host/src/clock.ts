/** A pending call that a {@link Clock} will make; `cancel` is safe at any time, also after it ran. */
export interface Alarm {
  cancel(): void;
}

/**
 * The only source of time for engine, timers, retries and schedules. Nothing else in this package reads
 * `Date.now` or calls `setTimeout` for the app's time; that is what makes virtual time possible.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, never decreasing. */
  now(): number;
  /**
   * Calls `ring` once, at `instant` (epoch milliseconds) or as soon after as possible, never before it. A
   * `schedule` has another moment after every one: virtual time does not move by itself for its sake, or it
   * would never come to an end.
   */
  at(instant: number, ring: () => void, kind?: "schedule"): Alarm;
}

/** `setTimeout` takes at most this many milliseconds (a signed 32-bit number); longer waits are cut into pieces. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The machine's own time, kept from running backwards: when it is put back, time goes on here at the pace of the
 * monotonic clock. Standing still instead would keep every timer waiting until the old time is there again.
 */
export class SystemClock implements Clock {
  #latest = Date.now();
  #latestTick = performance.now();

  now(): number {
    const wall = Date.now();
    const tick = performance.now();
    const counted = this.#latest + Math.round(tick - this.#latestTick);
    if (wall <= counted) return counted;
    this.#latest = wall;
    this.#latestTick = tick;
    return wall;
  }

  at(instant: number, ring: () => void): Alarm {
    let timeout: NodeJS.Timeout;
    const arm = () => {
      const remaining = instant - this.now();
      timeout = setTimeout(remaining > 0 ? arm : ring, Math.min(Math.max(remaining, 0), LONGEST_TIMEOUT_MS));
      if (remaining <= 0) return;
    };
    arm();
    return { cancel: () => clearTimeout(timeout) };
  }
}
