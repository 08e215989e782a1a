import { fileURLToPath } from "node:url";
import { loadApp } from "../../../src/app/load-app.ts";
import type { Clock } from "../../../src/clock.ts";
import { SystemClock } from "../../../src/clock.ts";
import { Engine } from "../../../src/engine/engine.ts";
import type { HistoryEvent } from "../../../src/engine/history/events.ts";
import type { EngineSettings } from "../../../src/engine/settings.ts";
import type { Instance } from "../../../src/stores/instance.ts";
import { DurableRunner } from "../../../src/invocation/durable-runner.ts";
import type { FunctionRunner } from "../../../src/invocation/function-runner.ts";
import { Invoker } from "../../../src/invocation/invoker.ts";
import { MemoryStore } from "../../../src/stores/memory-store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { VirtualClock } from "../../../src/virtual-clock.ts";
import { HeldActivities } from "./held-activities.ts";

const APP_FOLDER = fileURLToPath(new URL("../app", import.meta.url));

/** The start of virtual time. */
export const START = Date.UTC(2025, 0, 1);

/** The durable functions of an app, behind the real SDK. */
export async function testRunner(folder = APP_FOLDER): Promise<FunctionRunner> {
  const app = await loadApp(folder);
  const { model } = app;
  if (model === undefined) throw new Error("The test app registers no functions.");
  const now = (): number => Date.now();
  const invoker = new Invoker({ app, model, log: () => undefined, now, binders: new Map() });
  return new DurableRunner(app.functions, invoker);
}

export interface TestEngineOptions {
  readonly clock?: Clock;
  readonly store?: Store;
  readonly settings?: Partial<EngineSettings>;
  readonly runner?: FunctionRunner;
  readonly tokenFor?: (resource: string) => Promise<string>;
  readonly log?: (message: string) => void;
  readonly onFailure?: (error: unknown) => void;
}

/** A started engine on the test app; a failure of the engine itself is thrown out of the process. */
export async function startEngine(options: TestEngineOptions = {}): Promise<Engine> {
  const engine = new Engine({
    runner: options.runner ?? (await testRunner()),
    store: options.store ?? new MemoryStore(),
    clock: options.clock ?? new SystemClock(),
    settings: options.settings,
    tokenFor: options.tokenFor,
    log: (level, _category, message) => {
      if (level === "warning") options.log?.(message);
    },
    onFailure:
      options.onFailure ??
      ((error) => {
        throw error;
      }),
  });
  await engine.start();
  return engine;
}

/** An engine under virtual time with held activities, and helpers for tests. */
export class Stage {
  readonly engine: Engine;
  readonly clock: VirtualClock;
  readonly activities: HeldActivities;
  /** Warnings. */
  readonly log: readonly string[];

  private constructor(parts: {
    readonly engine: Engine;
    readonly clock: VirtualClock;
    readonly activities: HeldActivities;
    readonly log: readonly string[];
  }) {
    this.engine = parts.engine;
    this.clock = parts.clock;
    this.activities = parts.activities;
    this.log = parts.log;
  }

  /**
   * `held` contains the names of the activities that the test ends. While one of them runs, only `turns` waits for
   * other work.
   */
  static async open(
    held: readonly string[] = [],
    options: Omit<TestEngineOptions, "clock" | "runner" | "log"> = {},
  ): Promise<Stage> {
    const activities = new HeldActivities(await testRunner(), held);
    const clock = new VirtualClock(START);
    const log: string[] = [];
    const engine = await startEngine({
      ...options,
      runner: activities,
      clock,
      log: (message) => log.push(message),
    });
    clock.waitWith(() => turns());
    return new Stage({ engine, clock, activities, log });
  }

  /** Starts an instance and lets it run as far as possible. `input` is any JSON value; undefined means none. */
  async start(name: string, input?: unknown, instanceId = "i1"): Promise<string> {
    await this.engine.hub.start({
      name,
      instanceId,
      input: input === undefined ? null : JSON.stringify(input),
    });
    await turns();
    return instanceId;
  }

  async raise(name: string, value: unknown, instanceId = "i1"): Promise<void> {
    await this.engine.hub.raiseEvent(instanceId, name, JSON.stringify(value));
    await turns();
  }

  async succeed(name: string, value: unknown = null): Promise<void> {
    await this.activities.succeed(name, value);
    await turns();
  }

  async fail(name: string, message = `${name} failed`): Promise<void> {
    await this.activities.fail(name, message);
    await turns();
  }

  async get(instanceId = "i1"): Promise<Instance> {
    const instance = await this.engine.hub.get(instanceId);
    if (instance === undefined) throw new Error(`There is no instance ${instanceId}.`);
    return instance;
  }

  history(instanceId = "i1"): Promise<readonly HistoryEvent[]> {
    return this.engine.hub.history(instanceId);
  }
}

/** Runs everything that needs no more time; held activities may still be running. */
export async function turns(count = 12): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
