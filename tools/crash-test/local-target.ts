import { copyFileSync, existsSync, mkdirSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HostProcess } from "../host-process.ts";
import type { Moment } from "./plan.ts";
import { freePort } from "../free-port.ts";
import type { InFlight, Recovery, Target } from "./target.ts";

const HUB = "task-hub.db";
const LOG = `${HUB}-wal`;
const OPENING_MS = 50;
const LONGEST_PROGRESS_MS = 10_000;

/** The local host as a process of its own, on a task hub in SQLite. */
export class LocalTarget implements Target {
  readonly base: string;
  readonly description = "the local host, with its task hub in SQLite";
  readonly moments: readonly Moment[] = ["anyTime", "afterAcknowledgement", "duringCommit", "duringRecovery"];
  readonly blamesItself = false;
  readonly progressGoalMs = 1000;
  /** Longer than all tries of the rescue. */
  readonly settlesWithinMs = 20 * 60_000;
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #watcher: { close(): void };
  #onWrite: (() => void)[] = [];
  #host: HostProcess | undefined;
  #isStopped = false;
  #recovered: Promise<Recovery> | undefined;

  private constructor(app: string, folder: string, port: number, env: Readonly<Record<string, string>>) {
    this.base = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#args = ["--app", app, "--port", String(port), "--store", `sqlite:${join(folder, HUB)}`];
    this.#env = env;
    this.#watcher = watch(folder, (_, file) => {
      if (file !== LOG) return;
      for (const notify of this.#onWrite.splice(0)) notify();
    });
  }

  /** @param folder is created; gets the task hub and the host's log */
  static async of(app: string, folder: string, env: Readonly<Record<string, string>>): Promise<LocalTarget> {
    mkdirSync(folder, { recursive: true });
    // One port for all processes of the host, because links in mails contain it.
    return new LocalTarget(app, folder, await freePort(), env);
  }

  begin(): void {
    if (this.#isStopped) return;
    const started = performance.now();
    const sinceStart = () => performance.now() - started;
    const progress = this.#firstCommit().then(sinceStart);
    const host = new HostProcess(this.#args, this.#env, join(this.#folder, "host.log"));
    this.#host = host;
    this.#recovered = host.serving.then(async () => {
      const servingMs = sinceStart();
      // Without an end, if there is nothing to do.
      const never = delay(LONGEST_PROGRESS_MS, undefined, { ref: false });
      return { servingMs, progressMs: await Promise.race([progress, never]) };
    });
    // Somebody who kills it before it serves does not wait for it.
    this.#recovered.catch(() => undefined);
  }

  async recovered(): Promise<Recovery> {
    if (!this.#recovered) throw new Error("The host was not started");
    return this.#recovered;
  }

  nextWrite(): Promise<void> {
    return new Promise((resolve) => this.#onWrite.push(resolve));
  }

  /** To open the file is its first change. The app is loaded before anything runs, which takes longer than the pause. */
  async #firstCommit(): Promise<void> {
    await this.nextWrite();
    await delay(OPENING_MS);
    await this.nextWrite();
  }

  async killHost(): Promise<InFlight> {
    await this.#host?.kill();
    // What the dead host has written last is reported now, not as a write of the next one.
    await delay(5);
    return this.#inFlight();
  }

  async killWorker(): Promise<boolean> {
    return (await fetch(`${this.base}/admin/worker/kill`, { method: "POST" })).ok;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#host?.stop();
    this.#watcher.close();
  }

  /** From a copy: to open the file itself would repair what the next host has to repair. */
  async #inFlight(): Promise<InFlight> {
    // The packages are built only after this file has been loaded.
    const { SqliteStore } = await import("durable-local-host");
    const copy = join(this.#folder, "copy.db");
    for (const suffix of ["", "-wal"]) {
      const file = join(this.#folder, HUB + suffix);
      if (existsSync(file)) copyFileSync(file, copy + suffix);
    }
    const store = new SqliteStore(copy);
    const { activities } = store.unfinished();
    const { items } = store.instances({ kind: "orchestration", statuses: ["Pending", "Running"] });
    store.close();
    return { activities: countNames(activities), instances: countNames(items) };
  }
}

function countNames(list: readonly { readonly name: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of list) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
