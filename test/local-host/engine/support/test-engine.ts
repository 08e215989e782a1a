import { fileURLToPath } from "node:url";
import { loadApp } from "../../../../local-host/app/load-app.ts";
import type { LoadedApp } from "../../../../local-host/app/loaded-app.ts";
import type { Clock } from "../../../../local-host/clock.ts";
import { SystemClock } from "../../../../local-host/clock.ts";
import { Engine } from "../../../../local-host/engine/engine.ts";
import type { EngineSettings } from "../../../../local-host/engine/settings.ts";
import { DurableRunner } from "../../../../local-host/invocation/durable-runner.ts";
import { Invoker } from "../../../../local-host/invocation/invoker.ts";
import type { FunctionRunner } from "../../../../local-host/invocation/function-runner.ts";
import { MemoryStore } from "../../../../local-host/stores/memory-store.ts";
import type { Store } from "../../../../local-host/stores/store.ts";

const APP_FOLDER = fileURLToPath(new URL("../app", import.meta.url));

/** The durable functions of the test app, behind the real SDK. */
export async function testRunner(): Promise<FunctionRunner> {
  const app = await loadApp(APP_FOLDER);
  return runnerOf(app);
}

function runnerOf(app: LoadedApp): FunctionRunner {
  const { model } = app;
  if (model === undefined) throw new Error("The test app registers no functions.");
  const invoker = new Invoker({
    app,
    model,
    log: () => undefined,
    now: () => Date.now(),
    binders: new Map(),
  });
  return new DurableRunner(app.functions, invoker);
}

export interface TestEngineOptions {
  readonly clock?: Clock;
  readonly store?: Store;
  readonly settings?: Partial<EngineSettings>;
  readonly runner?: FunctionRunner;
  readonly log?: (message: string) => void;
}

/** A started engine on the test app; a failure of the engine itself is thrown out of the process. */
export async function startEngine(options: TestEngineOptions = {}): Promise<Engine> {
  const engine = new Engine({
    runner: options.runner ?? (await testRunner()),
    store: options.store ?? new MemoryStore(),
    clock: options.clock ?? new SystemClock(),
    settings: options.settings,
    log: (_level, _category, message) => options.log?.(message),
    onFailure: (error) => {
      throw error;
    },
  });
  await engine.start();
  return engine;
}
