import path from "node:path";
import { inject } from "vitest";
import { Engine } from "../../local-host/engine/engine.ts";
import { createLocalHost, type LocalHost } from "../../local-host/host.ts";
import { MemoryStore } from "../../local-host/stores/memory-store.ts";
import type { ActivityControl } from "../../local-host/testing/activity-control.ts";
import { ControlledRunner } from "../../local-host/testing/controlled-runner.ts";
import { VirtualClock } from "../../local-host/virtual-clock.ts";
import type { Storage } from "../../src/services/storage.ts";
import { testStorage, uniquePrefix } from "./storage.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** A Monday morning; the clock stands there until a test waits for something. */
const START = new Date("2027-03-01T08:00:00Z");

/** The built app on the local host: virtual time, a task hub in memory, real Azurite behind the services. */
export class Shop {
  readonly url: string;
  /** The app's own storage, to look at what its services did. */
  readonly storage: Storage;
  readonly #host: LocalHost;
  readonly #engine: Engine;
  readonly #clock: VirtualClock;
  readonly #runner: ControlledRunner;
  readonly #controls: Map<string, ActivityControl>;

  private constructor(parts: {
    storage: Storage;
    host: LocalHost;
    engine: Engine;
    clock: VirtualClock;
    runner: ControlledRunner;
    controls: Map<string, ActivityControl>;
  }) {
    this.url = parts.host.url;
    this.storage = parts.storage;
    this.#host = parts.host;
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#runner = parts.runner;
    this.#controls = parts.controls;
  }

  static async start(): Promise<Shop> {
    const prefix = uniquePrefix();
    process.env["AzureWebJobsStorage"] = inject("storage");
    process.env["SHOP_STORAGE_PREFIX"] = prefix;
    const clock = new VirtualClock(START);
    const controls = new Map<string, ActivityControl>();
    const made: { engine?: Engine; runner?: ControlledRunner } = {};
    const host = await createLocalHost({
      app: ROOT,
      port: 0,
      clock,
      engine: (parts) => {
        made.runner = new ControlledRunner(parts.runner, clock, { controls, replays: new Map() });
        made.engine = new Engine({ runner: made.runner, store: new MemoryStore(), clock });
        return made.engine;
      },
    });
    const { engine, runner } = made;
    if (!engine || !runner) throw new Error("The host has made no engine");
    clock.waitWith(() => engine.idle());
    await host.start();
    return new Shop({ storage: testStorage(prefix), host, engine, clock, runner, controls });
  }

  /** Lets a test look at an activity's calls, or make them fail or wait. */
  activity(name: string): ActivityControl {
    return this.#runner.activity(name);
  }

  restoreActivities(): void {
    for (const control of this.#controls.values()) control.restore();
  }

  /** Lets time run until the instance has ended. */
  async finished(id: string): Promise<void> {
    let isFinished = false;
    const completion = this.#engine.waitForCompletion(id).then(() => (isFinished = true));
    await this.#clock.jumpUntil(() => isFinished);
    await completion;
  }

  /** The ids of all instances. */
  async instances(): Promise<string[]> {
    const { items } = await this.#engine.hub.list({});
    return items.map(({ instanceId }) => instanceId);
  }

  stop(): Promise<void> {
    return this.#host.stop();
  }
}
