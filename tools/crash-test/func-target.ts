import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Moment } from "./plan.ts";
import type { InFlight, Recovery, Target } from "./target.ts";

const PAUSE_MS = 200;
const LONGEST_START_MS = 5 * 60_000;

export interface FuncOptions {
  readonly base: string;
  readonly key: string | undefined;
  /** Contains the id of the host's process; its supervisor writes it and starts the host again. */
  readonly pidFile: string;
  readonly workerPidFile: string | undefined;
}

/** An app on the Functions host: a supervisor starts it again when it is killed. */
export class FuncTarget implements Target {
  readonly base: string;
  readonly description = "the Functions host";
  readonly moments: readonly Moment[] = ["anyTime", "afterAcknowledgement"];
  readonly #options: FuncOptions;
  #recovered: Promise<Recovery> | undefined;

  constructor(options: FuncOptions) {
    this.base = options.base.replace(/\/+$/, "");
    this.#options = options;
  }

  begin(): void {
    const started = performance.now();
    this.#recovered = this.#healthy().then(() => ({ servingMs: performance.now() - started }));
    this.#recovered.catch(() => undefined);
  }

  async recovered(): Promise<Recovery> {
    if (!this.#recovered) throw new Error("Nobody waits for the host");
    return this.#recovered;
  }

  nextWrite(): Promise<void> {
    return new Promise(() => undefined);
  }

  async killHost(): Promise<InFlight | undefined> {
    kill(this.#options.pidFile);
    return undefined;
  }

  async killWorker(): Promise<boolean> {
    const { workerPidFile } = this.#options;
    return workerPidFile !== undefined && kill(workerPidFile);
  }

  async stop(): Promise<void> {
    // It was running before, and goes on.
  }

  async #healthy(): Promise<void> {
    const { key } = this.#options;
    const headers = key === undefined ? {} : { "x-functions-key": key };
    for (const deadline = Date.now() + LONGEST_START_MS; ; await delay(PAUSE_MS)) {
      const signal = AbortSignal.timeout(10_000);
      const answer = await fetch(`${this.base}/api/health`, { headers, signal }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return;
      if (Date.now() > deadline) throw new Error(`${this.base} does not answer any more`);
    }
  }
}

/** False if there is no such process at the moment. */
function kill(pidFile: string): boolean {
  try {
    const pid = Number(readFileSync(pidFile, "utf8"));
    if (!Number.isInteger(pid) || pid < 2) return false;
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
