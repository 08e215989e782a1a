import { setTimeout as sleep } from "node:timers/promises";
import type { VirtualClock } from "./virtual-clock.ts";

/**
 * How long virtual time stops after a call, in milliseconds of real time. So a client that starts an instance can raise
 * its events before virtual time reaches the time-out, as in real time.
 */
const QUIET_MS = 200;

/** Moves virtual time to the next due time whenever nothing can run. */
export class AutomaticTime {
  readonly #clock: VirtualClock;
  #quietUntil = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Reports a call from outside. */
  onCall(): void {
    this.#quietUntil = performance.now() + QUIET_MS;
  }

  /**
   * Runs until the process ends.
   *
   * @param idle resolves when nothing can run
   */
  async run(idle: () => Promise<void>): Promise<never> {
    this.#clock.waitWith(() => this.#atRest(idle));
    for (;;) {
      await this.#clock.whenDue();
      await this.#clock.jump();
    }
  }

  async #atRest(idle: () => Promise<void>): Promise<void> {
    await idle();
    for (let wait = this.#quietMs; wait > 0; wait = this.#quietMs) {
      await sleep(wait);
      await idle();
    }
  }

  get #quietMs(): number {
    return Math.ceil(this.#quietUntil - performance.now());
  }
}
