import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadApp } from "../app/load-app.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import { createLocalHost, type LocalHost } from "../host.ts";
import type { LogRecord } from "../invocation/log.ts";
import { MemoryStore } from "../stores/memory-store.ts";
import { SqliteStore } from "../stores/sqlite-store.ts";
import type { Store } from "../stores/store.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { ActivityControl } from "./activity-control.ts";
import { ControlledRunner } from "./controlled-runner.ts";
import { CrashStore } from "./crash-store.ts";
import { TestEntity } from "./test-entity.ts";
import { TestInstance } from "./test-instance.ts";

export interface TestHostOptions {
  /** The folder of the built app, or an app that is already loaded. */
  readonly app: string | LoadedApp;
  /** The start of virtual time; default 2026-01-01T00:00:00Z. */
  readonly startAt?: Date | undefined;
  /** `file` keeps the task hub in a temporary SQLite file, which a crash needs. Default `memory`. */
  readonly store?: "memory" | "file" | undefined;
  /**
   * How far `completion` and `waitUntil` move time forward; default one year. Without a limit, another instance that
   * never ends would keep time moving forever.
   */
  readonly horizon?: TimeSpan | undefined;
  /** Override the app's `host.json`; `strict` is on unless it is set here. */
  readonly settings?: Partial<EngineSettings> | undefined;
}

/** A duration of virtual time; parts are added. */
export interface TimeSpan {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

const DEFAULT_START = new Date("2026-01-01T00:00:00Z");
const DEFAULT_HORIZON: TimeSpan = { days: 365 };

/**
 * Loads an app into a host for tests: virtual time, control over activities, crashes on demand. Several hosts may run
 * at the same time. Stop it when done (`await using` does).
 */
export async function createTestHost(options: TestHostOptions): Promise<TestHost> {
  const app = typeof options.app === "string" ? await loadApp(options.app) : options.app;
  const host = new TestHost(app, options);
  await host.restart();
  return host;
}

function milliseconds({
  days = 0,
  hours = 0,
  minutes = 0,
  seconds = 0,
  milliseconds: rest = 0,
}: TimeSpan): number {
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + rest;
}

/** The host of one test. */
export class TestHost implements AsyncDisposable {
  readonly app: LoadedApp;
  readonly clock: VirtualClock;
  /** Everything logged so far, by the app and by the host. */
  readonly logs: LogRecord[] = [];
  readonly #settings: Partial<EngineSettings>;
  readonly #horizonMs: number;
  readonly #folder: string | undefined;
  readonly #memory = new MemoryStore();
  readonly #controls = new Map<string, ActivityControl>();
  readonly #replays = new Map<string, number>();
  #store: CrashStore | undefined;
  #runner: ControlledRunner | undefined;
  #host: LocalHost | undefined;
  #port = 0;

  constructor(app: LoadedApp, options: TestHostOptions) {
    this.app = app;
    this.clock = new VirtualClock(options.startAt ?? DEFAULT_START);
    this.#settings = options.settings ?? {};
    this.#horizonMs = milliseconds(options.horizon ?? DEFAULT_HORIZON);
    this.#folder = options.store === "file" ? mkdtempSync(path.join(tmpdir(), "test-host-")) : undefined;
    this.clock.waitWith(() => this.settle());
  }

  /** For example `http://127.0.0.1:40001`; the same after a restart. */
  get url(): string {
    return this.#running(this.#host).url;
  }

  get hub(): TaskHub {
    return this.#running(this.#host).hub;
  }

  /** Starts an orchestration as a client does. */
  async start(name: string, input?: unknown, options: { instanceId?: string } = {}): Promise<TestInstance> {
    const text = input === undefined ? null : JSON.stringify(input);
    return this.instance(await this.hub.start({ name, input: text, ...options }));
  }

  /** An instance that was started in another way, for example by an HTTP call. */
  instance(id: string): TestInstance {
    return new TestInstance(id, () => ({
      hub: this.hub,
      settle: () => this.settle(),
      jumpUntil: (done) => this.clock.jumpUntil(done, this.#horizonMs),
      replays: (instanceId) => this.#running(this.#runner).replays(instanceId),
    }));
  }

  /** An entity of the app. @throws {Error} if the app has none of this name */
  entity(name: string, key: string): TestEntity {
    this.#running(this.#runner).checkEntity(name);
    return new TestEntity(name, key, () => this);
  }

  /** Control over an activity of the app. @throws {Error} if the app has none of this name */
  activity(name: string): ActivityControl {
    return this.#running(this.#runner).activity(name);
  }

  /** Calls the app over HTTP: `await host.fetch("/api/orders")`. */
  fetch(urlOrPath: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(urlOrPath, this.url), init);
  }

  /** Waits until nothing can run unless time moves or a call arrives. Time does not move. */
  settle(): Promise<void> {
    return this.#running(this.#host).idle();
  }

  /** Moves virtual time forward; everything that becomes due happens in order, each at its own due time. */
  advance(by: TimeSpan): Promise<void> {
    return this.clock.advance(milliseconds(by));
  }

  advanceTo(instant: Date): Promise<void> {
    return this.clock.advanceTo(instant);
  }

  /**
   * Crashes the host after this many more commits to its task hub; uncommitted changes are lost. Activities that run at
   * that moment continue to their end, but their results are ignored; a killed process would stop them.
   */
  crashAfterCommits(commits: number): void {
    if (!this.#folder) throw new Error('A crash needs createTestHost({ store: "file" })');
    this.#running(this.#store).crashAfter(commits);
  }

  /**
   * Crashes the host after this many commits, starts it again, and waits for the instance to end. Returns whether it
   * crashed: call it for 0, 1, 2 … commits until it returns false, to test a crash at every commit.
   */
  async completeThroughDeath(instanceId: string, commits: number): Promise<boolean> {
    this.crashAfterCommits(commits);
    const instance = this.instance(instanceId);
    const hasDied = await instance.completion().then(
      () => false,
      () => true,
    );
    await this.restart();
    await instance.completion();
    return hasDied;
  }

  /**
   * Ends the worker process now, as the system does when memory runs out; the host continues with a new one. Running
   * durable functions end as in the extension. An activity fails, with a message about the exit. An orchestrator's
   * instance fails, as non-deterministic if it has a history. An entity's batch is delivered again. Their code
   * continues to its end, but the results are ignored. A held activity does not run.
   */
  async killWorker(): Promise<void> {
    this.#running(this.#runner).killWorker();
    await this.settle();
  }

  /**
   * Lets this many more calls of durable functions end. Ends the worker after the next call has run, before its result
   * is received. `isWorkerDoomed` is true until that happens.
   */
  killWorkerAfter(calls: number): void {
    this.#running(this.#runner).killWorkerAfter(calls);
  }

  get isWorkerDoomed(): boolean {
    return this.#running(this.#runner).isWorkerDoomed;
  }

  /** Crashes now, and starts again with the committed state. */
  async crash(): Promise<void> {
    this.crashAfterCommits(0);
    await this.restart();
  }

  /** Stops the host if it runs, and starts it again on the same task hub and port. */
  async restart(): Promise<void> {
    await this.#shutDown();
    const store = new CrashStore(this.#openStore());
    const host = await createLocalHost({
      app: this.app,
      port: this.#port,
      clock: this.clock,
      log: (record) => this.logs.push(record),
      store: store.store,
      engine: { strict: true, ...this.#settings },
      stopGraceMs: 0,
      wrapRunner: (runner) => {
        const shared = { controls: this.#controls, replays: this.#replays };
        this.#runner = new ControlledRunner(runner, this.clock, shared);
        return this.#runner;
      },
    });
    this.#store = store;
    this.#host = host;
    this.#port = Number(new URL(host.url).port);
    await host.start();
  }

  /** Stops everything and deletes its data. */
  async stop(): Promise<void> {
    await this.#shutDown();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #shutDown(): Promise<void> {
    await this.#host?.stop();
    if (this.#folder) this.#store?.store.close();
    this.#host = undefined;
    this.#store = undefined;
  }

  #openStore(): Store {
    if (!this.#folder) return this.#memory;
    return new SqliteStore(path.join(this.#folder, "task-hub.db"), { synchronous: "OFF" });
  }

  #running<T>(part: T | undefined): T {
    if (part === undefined) throw new Error("The test host has been stopped");
    return part;
  }
}
