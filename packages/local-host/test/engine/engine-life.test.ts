import { expect, onTestFinished, test, vi } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { StoreError } from "../../src/stores/store.ts";
import { SystemClock } from "../../src/clock.ts";
import { VirtualClock } from "../../src/virtual-clock.ts";
import { START, Stage, startEngine, testRunner, turns } from "./support/test-engine.ts";
import { WrappedRunner } from "../support/wrapped-runner.ts";
import { HeldActivities } from "./support/held-activities.ts";
import { episodes } from "./support/episodes.ts";

test("the next engine on a store continues timers, events and running activities", async () => {
  const store = new MemoryStore();
  const first = await Stage.open(["A"], { store });
  await first.start("race", { ms: 60_000, cancel: true }, "timer");
  await first.start("waitForGo", undefined, "event");
  await first.start("chainOfTwo", undefined, "activity");
  // Ends without a stop, as in a crash.
  const second = await Stage.open(["A"], { store });
  expect(second.activities.started).toEqual(["A"]);
  await second.raise("Go", 1, "event");
  await second.succeed("A", "a");
  await second.clock.advance(60_000);
  for (const id of ["timer", "event", "activity"]) {
    expect((await second.get(id)).runtimeStatus).toBe("Completed");
  }
  expect(episodes(await second.history("activity"))).toEqual([
    "ExecutionStarted chainOfTwo, TaskScheduled #0 A",
    "TaskCompleted #0, TaskScheduled #1 B",
    "TaskCompleted #1, ExecutionCompleted #2",
  ]);
});

test("an event from before a restart that continue-as-new carries over stays readable", async () => {
  const store = new MemoryStore();
  const first = await Stage.open([], { store });
  await first.start("racePerGeneration", { seen: [], of: 2 });
  await first.raise("Early", 0);
  const second = await Stage.open([], { store });
  await second.raise("Value", 1);
  expect((await second.get()).output).toBe("[1,1]");
  expect(episodes(await second.history())).toEqual([
    "ExecutionStarted racePerGeneration, EventRaised Early, EventRaised Value, OrchestratorCompleted, ExecutionCompleted #0",
  ]);
});

test("of two timers that are due when an engine starts, the earlier one fires first", async () => {
  const store = new MemoryStore();
  const first = await Stage.open([], { store });
  await first.start("firstOfTimers", [60_000, 1000]);
  await first.engine.stop();
  const clock = new VirtualClock(START + 90_000);
  const second = await startEngine({ store, clock });
  expect((await second.waitForCompletion("i1")).output).toBe("1");
});

test("an instance's time does not go back with the clock of the next engine", async () => {
  const store = new MemoryStore();
  const first = await Stage.open([], { store });
  await first.start("timePerGeneration", []);
  await first.clock.advance(1000);
  await first.raise("Value", 1);
  await first.engine.stop();
  const second = await startEngine({ store, clock: new VirtualClock(START - 60_000) });
  await second.hub.raiseEvent("i1", "Value", "2");
  // After a very short execution, the next one begins a millisecond later.
  expect((await second.waitForCompletion("i1")).output).toBe(`[${START},${START + 1000},${START + 1001}]`);
});

test("stop waits for running activities and keeps their results for the next engine", async () => {
  const store = new MemoryStore();
  const stage = await Stage.open(["A"], { store });
  await stage.start("chainOfTwo");
  const stopped = stage.engine.stop();
  await stage.succeed("A", "a");
  await stopped;
  expect(store.unfinished()).toMatchObject({ activities: [], messages: [{ instanceId: "i1" }] });
  const next = await Stage.open(["A"], { store });
  await turns();
  expect(next.activities.started).toEqual(["B"]);
  expect((await next.get()).output).toBe('["a","a"]');
});

test("an activity that exceeds the grace period runs again in the next engine", async () => {
  const store = new MemoryStore();
  const activities = new HeldActivities(await testRunner(), ["A"]);
  const { Engine } = await import("../../src/engine/engine.ts");
  const engine = new Engine({ runner: activities, store, clock: new SystemClock(), stopGraceMs: 10 });
  await engine.start();
  await engine.hub.start({ name: "chainOfTwo", instanceId: "i1", input: null });
  await turns();
  await engine.stop();
  expect(store.unfinished().activities).toHaveLength(1);
});

test("an engine that stops waits five seconds for its activities", async () => {
  const activities = new HeldActivities(await testRunner(), ["A"]);
  const engine = await startEngine({ runner: activities });
  await engine.hub.start({ name: "chainOfTwo", instanceId: "i1", input: null });
  await turns();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  let hasStopped = false;
  const stopped = engine.stop().then(() => (hasStopped = true));
  await vi.advanceTimersByTimeAsync(4999);
  expect(hasStopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stopped;
});

test("an event that comes during an instance's last episode causes no other one, and is not kept", async () => {
  const store = new MemoryStore();
  let calls = 0;
  class Interrupted extends WrappedRunner {
    override async run(...call: Parameters<FunctionRunner["run"]>): Promise<InvocationResult> {
      const result = await super.run(...call);
      calls += 1;
      await engine.hub.raiseEvent("i1", "Go", "1");
      return result;
    }
  }
  const engine: Engine = await startEngine({ store, runner: new Interrupted(await testRunner()) });
  await engine.hub.start({ name: "empty", instanceId: "i1", input: null });
  expect((await engine.waitForCompletion("i1")).runtimeStatus).toBe("Completed");
  await engine.idle();
  expect(calls).toBe(1);
  expect(store.unfinished()).toMatchObject({ activities: [], messages: [] });
});

test("when the store fails, callers get the error, nothing continues and the failure is reported once", async () => {
  class FailingStore extends MemoryStore {
    isBroken = false;
    override commit(): void {
      if (this.isBroken) throw new StoreError("The disk is full");
    }
  }
  const store = new FailingStore();
  const failures: unknown[] = [];
  const engine = await startEngine({ store, onFailure: (error) => failures.push(error) });
  await engine.hub.start({ name: "waitForGo", instanceId: "i1", input: null });
  await engine.idle();
  store.isBroken = true;
  await expect(engine.hub.raiseEvent("i1", "Go", "1")).rejects.toThrow("The disk is full");
  await expect(engine.hub.get("i1")).rejects.toThrow("The disk is full");
  await expect(engine.hub.start({ name: "empty", input: null })).rejects.toThrow("The disk is full");
  expect(failures).toHaveLength(1);
  await engine.idle();
  await engine.stop();
});

test("idle means that only time or a call can start something", async () => {
  const stage = await Stage.open();
  await stage.engine.hub.start({ name: "longTimer", instanceId: "i1", input: "1000" });
  await stage.engine.idle();
  expect((await stage.get()).runtimeStatus).toBe("Running");
  expect(stage.engine.nextDue).toBe(stage.clock.now() + 1000);
});
