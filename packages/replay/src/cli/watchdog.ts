import { Worker } from "node:worker_threads";
import type { EpisodeGuard } from "../core/episode-guard.ts";

/** Number of the episode that runs, if it is odd; whether the watchdog has ended the process. */
export const EPISODE = 0;
export const HAS_BITTEN = 1;
/** Enough for two names. */
const TEXT_BYTES = 1024;

const ENCODER = new TextEncoder();

/** What main thread and worker share. */
export interface Shared {
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Which episode runs, for people; ended by a zero byte. */
  readonly text: Uint8Array<SharedArrayBuffer>;
  readonly limitMs: number;
  readonly folder: string;
}

/**
 * Ends the process, with the position in the sources, if an episode runs longer than a limit. An orchestrator that loops
 * without a `yield` blocks its thread, so another thread watches it.
 */
export class Watchdog {
  readonly #shared: Shared;

  /** @param folder of the app, for positions */
  constructor(limitMs: number, folder: string) {
    const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const text = new Uint8Array(new SharedArrayBuffer(TEXT_BYTES));
    this.#shared = { state, text, limitMs, folder };
    new Worker(new URL("watchdog-worker.js", import.meta.url), { workerData: this.#shared }).unref();
  }

  readonly guard: EpisodeGuard = async (history, episode, replay) => {
    const { state, text } = this.#shared;
    ENCODER.encodeInto(
      `${history.name} ${history.instanceId}: episode ${episode}\0`,
      text.fill(0, TEXT_BYTES - 1).subarray(0, TEXT_BYTES - 1),
    );
    Atomics.add(state, EPISODE, 1);
    try {
      return await replay();
    } finally {
      Atomics.add(state, EPISODE, 1);
    }
  };

  get hasBitten(): boolean {
    return Atomics.load(this.#shared.state, HAS_BITTEN) === 1;
  }
}
