/** A pending call that a {@link Clock} will make; `cancel` is safe at any time, also after it ran. */
export interface Alarm {
  cancel(): void;
}

/**
 * The only source of time for engine, timers, retries and schedules. Virtual time is possible because nothing else in
 * this package uses `Date.now` or `setTimeout` for the app's time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, never decreasing. */
  now(): number;
  /**
   * Calls `ring` once, at `instant` (epoch milliseconds) or as soon after as possible, never earlier. A `schedule`
   * repeats forever, so virtual time does not move only for its next instant.
   */
  at(instant: number, ring: () => void, kind?: "schedule"): Alarm;
}

/** `setTimeout` accepts at most this many milliseconds (a signed 32-bit number); longer waits are split. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The machine's time, but never going backwards. If the machine's time is set back, this clock follows the monotonic
 * clock. If it stopped instead, every timer would wait until the machine reaches the old time again.
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
