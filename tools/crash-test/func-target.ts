import { setTimeout as delay } from "node:timers/promises";
import { Client } from "../traffic/client.ts";
import { runningPid } from "./pid-file.ts";
import type { Moment } from "./plan.ts";
import { instances } from "../traffic/settle.ts";
import type { InFlight, Recovery, Target } from "./target.ts";

const PAUSE_MS = 200;
const LONGEST_RESTART_MS = 60_000;
const LONGEST_START_MS = 5 * 60_000;
/** All that runs may be waiting. */
const LONGEST_PROGRESS_MS = 3 * 60_000;
const MINUTE_MS = 60_000;

export interface FuncOptions {
  /** Without a slash at its end. */
  readonly base: string;
  readonly key: string | undefined;
  /** SHOP_STORAGE_PREFIX of the app. */
  readonly prefix: string;
  /** Contains the id of the host's process; its supervisor writes it and starts the host again. */
  readonly pidFile: string;
  readonly workerPidFile: string | undefined;
}

/** An app on the Functions host: a supervisor starts it again when it is killed. */
export class FuncTarget implements Target {
  readonly base: string;
  readonly description = "the Functions host";
  readonly moments: readonly Moment[] = ["anyTime", "afterAcknowledgement"];
  readonly blamesItself = true;
  /** The extension gives messages back with growing pauses of up to ten minutes. */
  readonly settlesWithinMs = 60 * MINUTE_MS;
  readonly #options: FuncOptions;
  readonly #restartsWithinMs: number;
  #killed: number | undefined;
  #recovered: Promise<Recovery> | undefined;

  /** @param restartsWithinMs in which the supervisor starts the host again */
  constructor(options: FuncOptions, restartsWithinMs = LONGEST_RESTART_MS) {
    this.base = options.base;
    this.#options = options;
    this.#restartsWithinMs = restartsWithinMs;
  }

  begin(): void {
    this.#recovered = this.#recovery();
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
    const { pidFile } = this.#options;
    this.#killed = kill(pidFile);
    if (this.#killed === undefined)
      throw new Error(`${pidFile} does not contain the id of a running process`);
    return undefined;
  }

  async killWorker(): Promise<boolean> {
    const { workerPidFile } = this.#options;
    return workerPidFile !== undefined && kill(workerPidFile) !== undefined;
  }

  async stop(): Promise<void> {
    // It was running before, and goes on.
  }

  /** A host without the leases of the dead one serves, but runs nothing: it would be killed with no work in flight. */
  async #recovery(): Promise<Recovery> {
    const started = performance.now();
    await this.#startedAgain();
    await this.#healthy();
    const servingMs = performance.now() - started;
    const isProgress = await this.#goesOn(Date.now());
    return { servingMs, progressMs: isProgress ? performance.now() - started : undefined };
  }

  /** Otherwise kills would be counted that the host has never noticed. */
  async #startedAgain(): Promise<void> {
    const { pidFile } = this.#options;
    for (const deadline = Date.now() + this.#restartsWithinMs; ; await delay(PAUSE_MS)) {
      const pid = runningPidIn(pidFile);
      if (pid !== undefined && pid !== this.#killed) return;
      if (Date.now() > deadline) {
        throw new Error(
          `${pidFile} contains no new process id, so the host that was killed has not been started again`,
        );
      }
    }
  }

  /** Waits until an instance goes on after this time; false if none does. */
  async #goesOn(since: number): Promise<boolean> {
    const client = new Client(this.base, this.#options.key);
    if ((await instances(client, ["pending", "running"])).length === 0) return false;
    for (; Date.now() < since + LONGEST_PROGRESS_MS; await delay(5 * PAUSE_MS)) {
      const begun = await instances(client, ["running", "completed", "failed"]);
      if (begun.some(({ updatedAt }) => Date.parse(updatedAt) > since)) return true;
    }
    return false;
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

/** The process that was killed; undefined if there is none at the moment. */
function kill(pidFile: string): number | undefined {
  const pid = runningPidIn(pidFile);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  return pid;
}

/** The file may be missing while its process is started again. */
function runningPidIn(file: string): number | undefined {
  try {
    return runningPid(file);
  } catch {
    return undefined;
  }
}
