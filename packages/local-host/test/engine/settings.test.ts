import { expect, test, vi } from "vitest";
import { DEFAULT_SETTINGS, readEngineSettings } from "../../src/engine/settings.ts";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { Stage } from "./support/test-engine.ts";

test("settings are case-insensitive and may be strings; invalid ones have the default", () => {
  expect(readEngineSettings({})).toEqual(DEFAULT_SETTINGS);
  expect(
    readEngineSettings({
      MAXCONCURRENTACTIVITYFUNCTIONS: "3",
      maxOrchestrationActions: "many",
      storeInputsInOrchestrationHistory: "True",
      versionMatchStrategy: "strict",
      versionFailureStrategy: "sometimes",
      defaultVersion: 2,
      overridableExistingInstanceStates: "anystate",
      HttpSettings: { DefaultAsyncRequestSleepTimeMilliseconds: "500" },
    }),
  ).toEqual({
    ...DEFAULT_SETTINGS,
    maxConcurrentActivityFunctions: 3,
    storeInputsInOrchestrationHistory: true,
    versionMatchStrategy: "Strict",
    defaultVersion: "2",
    overridableExistingInstanceStates: "AnyState",
    defaultAsyncRequestSleepTimeMilliseconds: 500,
  });
});

test("a start replaces a running instance if AnyState says so, but never an entity", async () => {
  const stage = await Stage.open(["A"], { settings: { overridableExistingInstanceStates: "AnyState" } });
  const { hub } = stage.engine;
  await stage.start("chainOfTwo", 1);
  const { executionId } = await stage.get();
  await stage.start("waitForGo", 2);
  // The result of the replaced execution's activity is ignored.
  await stage.succeed("A", "late");
  expect(await stage.get()).toMatchObject({ name: "waitForGo", input: "2", runtimeStatus: "Running" });
  expect((await stage.get()).executionId).not.toBe(executionId);
  await stage.raise("Go", 3);
  expect((await stage.get()).output).toBe('{"got":3}');
  await hub.signalEntity({ name: "Counter", key: "k" }, "add", "1");
  await stage.engine.idle();
  await expect(stage.start("empty", 1, "@counter@k")).rejects.toThrow("already exists");
});

test("an instance that is replaced during an episode leaves its events to its successor, in order", async () => {
  const store = new MemoryStore();
  const settings = { overridableExistingInstanceStates: "AnyState" } as const;
  const stage = await Stage.open([], { store, settings });
  const { hub } = stage.engine;
  await stage.start("threeEvents");
  const run = stage.activities.run.bind(stage.activities);
  vi.spyOn(stage.activities, "run").mockImplementationOnce(async (...call) => {
    await hub.raiseEvent("i1", "Value", "2");
    await hub.raiseEvent("i1", "Value", "3");
    await hub.start({ name: "threeEvents", instanceId: "i1", input: null });
    return run(...call);
  });
  await stage.raise("Value", 1);
  await stage.engine.idle();
  expect((await stage.get()).output).toBe("[1,2,3]");
  expect(store.unfinished().messages).toEqual([]);
});

test("a running instance is not replaced by default", async () => {
  const stage = await Stage.open();
  await stage.start("waitForGo");
  await expect(stage.start("waitForGo")).rejects.toThrow("status Running already exists");
});
