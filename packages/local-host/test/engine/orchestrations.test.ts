import { expect, test } from "vitest";
import { WrappedRunner } from "../support/wrapped-runner.ts";
import { Stage, START, startEngine, testRunner, turns } from "./support/test-engine.ts";
import { episodes } from "./support/episodes.ts";

test("the newest of several waiters is served first", async () => {
  const stage = await Stage.open();
  await stage.start("twoWaiters");
  await stage.raise("Value", "one");
  await stage.raise("Value", "two");
  expect((await stage.get()).output).toBe('["two","one"]');
});

test("events that arrived before their waiters are delivered in order", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("lateWaiters");
  await stage.raise("Value", "one");
  await stage.raise("Value", "two");
  await stage.succeed("A");
  expect((await stage.get()).output).toBe('["one","two"]');
});

test("the next event goes to a newer waiter, not to one that lost its race", async () => {
  const stage = await Stage.open();
  await stage.start("abandonedWaiter");
  await stage.raise("Value", "one");
  expect((await stage.get()).output).toBe('{"second":"one","first":false}');
});

test("an event with a name in another case is consumed, and the exact one still ends the wait", async () => {
  const stage = await Stage.open();
  await stage.start("waitForGo");
  await stage.raise("go", 1);
  expect((await stage.get()).runtimeStatus).toBe("Running");
  expect(stage.log.join()).toContain("The event 'go' matches 'Go' except for its case");
  await stage.raise("Go", 2);
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted waitForGo",
    "EventRaised go",
    "EventRaised Go, ExecutionCompleted #0",
  ]);
});

test("an event to a pending instance is kept for its first episode", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await Promise.all([
    hub.start({ name: "waitForGo", instanceId: "early", input: null }),
    hub.raiseEvent("early", "Go", '"soon"'),
  ]);
  await stage.engine.idle();
  expect(episodes(await stage.history("early"))).toEqual([
    "ExecutionStarted waitForGo, EventRaised Go, ExecutionCompleted #0",
  ]);
});

test("continue-as-new keeps only the instance of the old execution", async () => {
  const stage = await Stage.open();
  await stage.start("generations", { n: 0, of: 3, guids: [] });
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted generations, OrchestratorCompleted, TaskScheduled #0 identity",
    "TaskCompleted #0, ExecutionCompleted #1",
  ]);
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Completed", output: '{"n":2,"different":3}' });
  const [first, , third] = stage.activities.payloads as {
    history: { EventType: number; IsPlayed: boolean }[];
  }[];
  expect(first?.history.map((event) => event.EventType)).toEqual([12, 0]);
  expect(third?.history.map((event) => [event.EventType, event.IsPlayed])).toEqual([
    [12, false],
    [0, false],
    [13, false],
  ]);
  const fourth = (stage.activities.payloads as { history: { EventType: number; IsPlayed: boolean }[] }[])[3];
  expect(fourth?.history.slice(0, 5).map((event) => [event.EventType, event.IsPlayed])).toEqual([
    [12, false],
    [0, true],
    [13, true],
    [4, false],
    [13, false],
  ]);
});

test("a string passed to continue-as-new gets quotes", async () => {
  const stage = await Stage.open();
  await stage.start("continueWithText", "first");
  expect((await stage.get()).output).toBe(JSON.stringify({ input: '"again"' }));
});

test("events that were buffered before continue-as-new are lost", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("continueAfterA", 0);
  await stage.raise("Value", "early");
  await stage.succeed("A");
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.raise("Value", "late");
  expect((await stage.get()).output).toBe('{"got":"late"}');
});

test("an event that wins a race right before continue-as-new is delivered again", async () => {
  const stage = await Stage.open();
  await stage.start("racePerGeneration", { seen: [], of: 2 });
  await stage.raise("Value", 1);
  expect((await stage.get()).output).toBe("[1,1]");
});

test("an instance that continues as new forever can still be terminated", async () => {
  const stage = await Stage.open();
  await stage.start("racePerGeneration", { seen: [], of: 1e9 });
  await stage.engine.hub.raiseEvent("i1", "Value", "1");
  await stage.engine.hub.terminate("i1", "enough");
  await stage.engine.waitForCompletion("i1");
  expect((await stage.get()).output).toBe("enough");
  expect(stage.log.join()).toContain("continued as new 100 times without waiting");
});

test("after it has continued as new 100 times without waiting, others run first", async () => {
  let runs = 0;
  class Counted extends WrappedRunner {
    override run(...call: Parameters<WrappedRunner["run"]>) {
      runs += 1;
      return super.run(...call);
    }
  }
  const reports: number[] = [];
  const log = (message: string) => void (message.includes("continued as new") && reports.push(runs));
  const engine = await startEngine({ runner: new Counted(await testRunner()), log });
  await engine.hub.start({
    name: "racePerGeneration",
    instanceId: "i1",
    input: '{"seen":[],"of":1000000000}',
  });
  await engine.hub.raiseEvent("i1", "Value", "1");
  await engine.hub.terminate("i1", "enough");
  await engine.waitForCompletion("i1");
  // The first execution and a hundred new ones.
  expect(reports[0]).toBe(101);
});

test("continue-as-new waits for open tasks", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("continueWithOpenTask", 0);
  await stage.succeed("A");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Running", input: "0" });
  await stage.succeed("B");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Completed", output: '"second"', input: "1" });
});

test("an instance that continues as new in the episode that resumes it is running", async () => {
  const stage = await Stage.open(["A"]);
  const { hub } = stage.engine;
  await stage.start("continueAfterA", 0);
  await hub.suspend("i1", "hold on");
  await stage.succeed("A");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Suspended", input: "0" });
  await hub.resume("i1", "go on");
  await turns();
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Running", input: "1" });
});

test("retry delays grow by the coefficient up to the longest interval", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryWithBackoff");
  const due: number[] = [];
  for (let attempt = 1; attempt < 5; attempt++) {
    await stage.fail("A");
    const next = stage.engine.nextDue ?? 0;
    due.push(next - stage.clock.now());
    await stage.clock.advance(next - stage.clock.now());
  }
  expect(due).toEqual([1000, 10_000, 20_000, 20_000]);
});

test("a retry timeout gives up without a timer, and the instance hangs", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryWithin");
  await stage.fail("A");
  await stage.clock.advance(2000);
  await stage.fail("A");
  await stage.clock.advance(2000);
  await stage.fail("A");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryWithin, TaskScheduled #0 A",
    "TaskFailed #0, TimerCreated #1 2025-01-01T00:00:02.0000000Z",
    "TimerFired #1 2025-01-01T00:00:02.0000000Z, TaskScheduled #2 A",
    "TaskFailed #2, TimerCreated #3 2025-01-01T00:00:04.0000000Z",
    "TimerFired #3 2025-01-01T00:00:04.0000000Z, TaskScheduled #4 A",
    "TaskFailed #4",
  ]);
  expect((await stage.get()).runtimeStatus).toBe("Running");
  expect(stage.log.join()).toContain("its retryTimeout had passed");
});

test("an attempt that fails exactly at the retry timeout is the last", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryWithin");
  await stage.fail("A");
  await stage.clock.advance(2000);
  await stage.clock.advance(1000);
  await stage.fail("A");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryWithin, TaskScheduled #0 A",
    "TaskFailed #0, TimerCreated #1 2025-01-01T00:00:02.0000000Z",
    "TimerFired #1 2025-01-01T00:00:02.0000000Z, TaskScheduled #2 A",
    "TaskFailed #2",
  ]);
});

test("a timer of more than six days is split into parts of three days", async () => {
  const stage = await Stage.open();
  const day = 24 * 3600 * 1000;
  await stage.start("longTimer", 10 * day);
  await stage.clock.advance(10 * day - 1);
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.clock.advance(1);
  expect(await stage.get()).toMatchObject({
    runtimeStatus: "Completed",
    lastUpdatedTime: START + 10 * day,
  });
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted longTimer, TimerCreated #0 2025-01-04T00:00:00.0000000Z",
    "TimerFired #0 2025-01-04T00:00:00.0000000Z, TimerCreated #1 2025-01-07T00:00:00.0000000Z",
    "TimerFired #1 2025-01-07T00:00:00.0000000Z, TimerCreated #2 2025-01-10T00:00:00.0000000Z",
    "TimerFired #2 2025-01-10T00:00:00.0000000Z, TimerCreated #3 2025-01-11T00:00:00.0000000Z",
    "TimerFired #3 2025-01-11T00:00:00.0000000Z, ExecutionCompleted #4",
  ]);
});

test("a child with the id of another instance replaces it", async () => {
  const stage = await Stage.open();
  await stage.start("waitForGo", undefined, "taken");
  await stage.start("parentOf", { name: "child", id: "taken" });
  expect(await stage.get("taken")).toMatchObject({ name: "child", runtimeStatus: "Completed" });
  expect((await stage.get()).runtimeStatus).toBe("Completed");
});

test("the end of a child is only for the execution that has started it", async () => {
  const stage = await Stage.open();
  await stage.start("parentOf", { name: "waitForGo", id: "first" });
  await stage.engine.hub.terminate("i1", "again");
  await turns();
  await stage.start("parentOf", { name: "waitForGo", id: "second" });
  await stage.raise("Go", 1, "first");
  expect((await stage.get("first")).runtimeStatus).toBe("Completed");
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.raise("Go", 2, "second");
  expect((await stage.get()).output).toBe('{"got":2}');
});

test("a terminated child fails its parent as not deterministic", async () => {
  const stage = await Stage.open();
  await stage.start("parentOf", { name: "waitForGo", id: "c" });
  await stage.engine.hub.terminate("c", "stop");
  await stage.engine.idle();
  expect(await stage.get()).toMatchObject({
    runtimeStatus: "Failed",
    output:
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled a " +
      "sub-orchestration task with sequence ID 0 and name 'waitForGo' (version '', instance ID 'c'), but the " +
      "current replay execution hasn't (yet?) scheduled this task. Was a change made to the orchestrator code " +
      "after this instance had already started running?",
  });
});

test("an unknown orchestrator fails when it runs; an unknown signalled entity fails its orchestration", async () => {
  const stage = await Stage.open();
  await stage.start("noSuchOrchestrator");
  expect((await stage.get()).output).toMatch(
    /^Orchestrator function 'noSuchOrchestrator' failed: The function 'noSuchOrchestrator' doesn't exist, is disabled, or is not an orchestrator function\. Additional info: The following are the known orchestrator functions: 'abandonedWaiter', /,
  );
  await stage.start("signalsUnknown", undefined, "i2");
  expect((await stage.get("i2")).output).toBe(
    "Orchestrator function 'signalsUnknown' failed: The function 'nosuchentity' doesn't exist, is disabled, or is " +
      "not an entity function. Additional info: The following are the known entity functions: 'Counter'.",
  );
});

test("function names are case-insensitive", async () => {
  const stage = await Stage.open();
  await stage.start("EMPTY");
  expect(await stage.get()).toMatchObject({ name: "EMPTY", output: '"done"' });
});

test("a custom status of more than 16 KB fails the instance", async () => {
  const stage = await Stage.open();
  await stage.start("bigStatus", 9000);
  expect((await stage.get()).output).toBe(
    "Orchestrator function 'bigStatus' failed: The UTF-16 size of the JSON-serialized payload must not exceed " +
      "16 KB. The current payload size is 17 KB.",
  );
  await stage.start("bigStatus", 8000, "i2");
  expect((await stage.get("i2")).runtimeStatus).toBe("Completed");
});

test("a version that the host does not accept leaves the instance pending", async () => {
  const stage = await Stage.open();
  await stage.engine.hub.start({ name: "empty", instanceId: "v", input: null, version: "2.0" });
  await stage.engine.idle();
  expect(await stage.get("v")).toMatchObject({ runtimeStatus: "Pending", version: "2.0" });
  const accepting = await Stage.open([], { settings: { defaultVersion: "2.1" } });
  await accepting.engine.hub.start({ name: "empty", instanceId: "v", input: null, version: "2.0" });
  await accepting.start("empty");
  expect((await accepting.get("v")).runtimeStatus).toBe("Completed");
  expect((await accepting.get()).version).toBe("2.1");
});

test("a version can fail instead", async () => {
  const stage = await Stage.open([], { settings: { versionFailureStrategy: "Fail" } });
  await stage.engine.hub.start({ name: "empty", instanceId: "v", input: null, version: "2.0" });
  await stage.engine.idle();
  expect((await stage.get("v")).runtimeStatus).toBe("Failed");
});

test("activities run in order, no more at a time than allowed", async () => {
  const stage = await Stage.open(["A", "B", "C"], { settings: { maxConcurrentActivityFunctions: 2 } });
  await stage.start("allOfThree");
  expect(stage.activities.started).toEqual(["A", "B"]);
  await stage.succeed("B");
  expect(stage.activities.started).toEqual(["A", "B", "C"]);
});

test("the log says why an instance fails that a POST without a body has started", async () => {
  const stage = await Stage.open();
  await stage.engine.hub.start({ name: "waitForGo", instanceId: "i1", input: "" });
  await turns();
  expect((await stage.get()).runtimeStatus).toBe("Failed");
  expect(stage.log).toEqual([expect.stringContaining("the POST that started it had no body")]);
});
