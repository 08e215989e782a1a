import { setTimeout as sleep } from "node:timers/promises";
import { isNotFound, storageErrorText } from "./storage-error.ts";

interface PollerParts {
  /** Returns whether there was work: then the next poll follows immediately. */
  readonly look: (signal: AbortSignal) => Promise<boolean>;
  /** The pause after a poll without work, which doubles each time. */
  readonly shortestPauseMs: number;
  readonly longestPauseMs: number;
  /** Receives the reason for a failed poll; once, not for every poll. */
  readonly tellFault: (fault: string) => void;
}

/**
 * Polls storage until it is stopped. Polling follows real time, because storage does not know
 * the app's clock.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Ends the pause. */
  #wake: AbortController | undefined;
  #fault: string | undefined;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Polls immediately, because there is new work. */
  pollNow(): void {
    this.#wake?.abort();
  }

  async #run(): Promise<void> {
    const { longestPauseMs } = this.#parts;
    const shortestPauseMs = Math.min(this.#parts.shortestPauseMs, longestPauseMs);
    const { signal } = this.#stopping;
    let pause = shortestPauseMs;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const wake = AbortSignal.any([signal, this.#wake.signal]);
      const found = await this.#look(signal);
      if (!found) await sleep(pause, undefined, { signal: wake }).catch(() => undefined);
      pause = found || wake.aborted ? shortestPauseMs : Math.min(pause * 2, longestPauseMs);
    }
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    try {
      const found = await this.#parts.look(signal);
      this.#fault = undefined;
      return found;
    } catch (error) {
      // A missing queue or container is not an error: the first writer creates it.
      const fault = isNotFound(error) ? undefined : storageErrorText(error);
      if (fault !== undefined && fault !== this.#fault && !signal.aborted) this.#parts.tellFault(fault);
      this.#fault = fault;
      return false;
    }
  }
}
