import { expect, test } from "vitest";
import { Stage } from "./support/test-engine.ts";
import { episodes } from "./support/episodes.ts";

/** Event traces on which the SDK and the Durable extension agree; most were also observed on the real extension. */

test("chain of two activities", async () => {
  const stage = await Stage.open();
  await stage.start("chainOfTwo");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted chainOfTwo, TaskScheduled #0 A",
    "TaskCompleted #0, TaskScheduled #1 B",
    "TaskCompleted #1, ExecutionCompleted #2",
  ]);
  expect((await stage.get()).output).toBe("[1,1]");
});

test("Task.all of three handles all completions in one episode", async () => {
  const stage = await Stage.open();
  await stage.start("allOfThree");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted allOfThree, TaskScheduled #0 A, TaskScheduled #1 B, TaskScheduled #2 C",
    "TaskCompleted #0, TaskCompleted #1, TaskCompleted #2, ExecutionCompleted #3",
  ]);
});

test("a race won by the event, timer cancelled", async () => {
  const stage = await Stage.open();
  await stage.start("race", { ms: 60_000, cancel: true });
  await stage.raise("Go", 1);
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted race, TimerCreated #0 2025-01-01T00:01:00.0000000Z",
    "EventRaised Go, ExecutionCompleted #1",
  ]);
  expect((await stage.get()).runtimeStatus).toBe("Completed");
});

test("an uncancelled timer keeps the instance running until it fires", async () => {
  const stage = await Stage.open();
  await stage.start("race", { ms: 60_000, cancel: false });
  await stage.raise("Go", 1);
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted race, TimerCreated #0 2025-01-01T00:01:00.0000000Z",
    "EventRaised Go",
  ]);
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.clock.advance(60_000);
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted race, TimerCreated #0 2025-01-01T00:01:00.0000000Z",
    "EventRaised Go",
    "TimerFired #0 2025-01-01T00:01:00.0000000Z, ExecutionCompleted #1",
  ]);
  expect((await stage.get()).output).toBe('{"event":1}');
});

test("a retry that succeeds at the second attempt", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryThenB", { attempts: 3 });
  await stage.fail("A");
  await stage.clock.advance(1000);
  await stage.succeed("A", "ok");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryThenB, TaskScheduled #0 A",
    "TaskFailed #0, TimerCreated #1 2025-01-01T00:00:01.0000000Z",
    "TimerFired #1 2025-01-01T00:00:01.0000000Z, TaskScheduled #2 A",
    "TaskCompleted #2, TaskScheduled #3 B",
    "TaskCompleted #3, ExecutionCompleted #4",
  ]);
});

test("an exhausted retry ends with one more timer that is due immediately", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryThenB", { attempts: 2 });
  await stage.fail("A");
  await stage.clock.advance(1000);
  await stage.fail("A");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryThenB, TaskScheduled #0 A",
    "TaskFailed #0, TimerCreated #1 2025-01-01T00:00:01.0000000Z",
    "TimerFired #1 2025-01-01T00:00:01.0000000Z, TaskScheduled #2 A",
    "TaskFailed #2, TimerCreated #3 2025-01-01T00:00:01.0000000Z",
    "TimerFired #3 2025-01-01T00:00:01.0000000Z, ExecutionCompleted #4",
  ]);
  expect((await stage.get()).runtimeStatus).toBe("Failed");
});

test("one attempt, caught, then a fallback", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryThenFallback");
  await stage.fail("A");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryThenFallback, TaskScheduled #0 A",
    "TaskFailed #0, TimerCreated #1 2025-01-01T00:00:00.0000000Z",
    "TimerFired #1 2025-01-01T00:00:00.0000000Z, TaskScheduled #2 Fallback",
    "TaskCompleted #2, ExecutionCompleted #3",
  ]);
});

test("parallel retries get their ids in the order of their failures", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("retryInParallel");
  await stage.activities.fail("A", "a");
  await stage.fail("B");
  await stage.clock.advance(1000);
  await stage.activities.fail("A", "a");
  await stage.succeed("B", "b");
  await stage.clock.advance(1000);
  await stage.succeed("A", "a");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryInParallel, TaskScheduled #0 A, TaskScheduled #1 B, TaskScheduled #2 C",
    "TaskCompleted #2",
    "TaskFailed #0, TaskFailed #1, TimerCreated #3 2025-01-01T00:00:01.0000000Z, TimerCreated #4 2025-01-01T00:00:01.0000000Z",
    "TimerFired #3 2025-01-01T00:00:01.0000000Z, TimerFired #4 2025-01-01T00:00:01.0000000Z, TaskScheduled #5 A, TaskScheduled #6 B",
    "TaskFailed #5, TaskCompleted #6, TimerCreated #7 2025-01-01T00:00:02.0000000Z",
    "TimerFired #7 2025-01-01T00:00:02.0000000Z, TaskScheduled #8 A",
    "TaskCompleted #8, TaskScheduled #9 D",
    "TaskCompleted #9, ExecutionCompleted #10",
  ]);
  expect((await stage.get()).output).toBe('["a","b",null,null]');
});

test("four sub-orchestrations in sequence, with ids derived from the execution", async () => {
  const stage = await Stage.open();
  await stage.start("fourChildren");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted fourChildren, SubOrchestrationInstanceCreated #0 child",
    "SubOrchestrationInstanceCompleted #0, SubOrchestrationInstanceCreated #1 child",
    "SubOrchestrationInstanceCompleted #1, SubOrchestrationInstanceCreated #2 child",
    "SubOrchestrationInstanceCompleted #2, SubOrchestrationInstanceCreated #3 child",
    "SubOrchestrationInstanceCompleted #3, ExecutionCompleted #4",
  ]);
  const { executionId } = await stage.get();
  expect(executionId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const child = await stage.get(`${executionId}:2`);
  expect(child).toMatchObject({ output: '{"child":2}', parentInstanceId: "i1" });
  expect(child.executionId).toMatch(/^[0-9a-f]{32}$/);
});

test("a failing child, caught by its parent", async () => {
  const stage = await Stage.open();
  await stage.start("parentCatches");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted parentCatches, SubOrchestrationInstanceCreated #0 failingChild",
    "SubOrchestrationInstanceFailed #0, ExecutionCompleted #1",
  ]);
  expect((await stage.get()).output).toContain(
    "Orchestrator function 'failingChild' failed: child failed \\n Message: child failed, StackTrace: ",
  );
});

test("signal, call and activity", async () => {
  const stage = await Stage.open();
  await stage.start("entityWork", "k");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted entityWork, EventSent #0 op, EventSent #1 op",
    "EventRaised (guid), TaskScheduled #2 identity",
    "TaskCompleted #2, ExecutionCompleted #3",
  ]);
  expect((await stage.get()).output).toBe("5");
});

test("lock two entities, call one, release, activity", async () => {
  const stage = await Stage.open();
  await stage.start("lockTwo");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted lockTwo, EventSent #0 op",
    "EventRaised (guid), EventSent #1 op",
    "EventRaised (guid), EventSent #2 release, EventSent #3 release, TaskScheduled #4 identity",
    "TaskCompleted #4, ExecutionCompleted #5",
  ]);
});

test("a failure in Task.all arrives only when all tasks have ended", async () => {
  const stage = await Stage.open(["A", "B", "C"]);
  await stage.start("allButOneFails");
  await stage.fail("B");
  await stage.succeed("C");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted allButOneFails, TaskScheduled #0 A, TaskScheduled #1 B, TaskScheduled #2 C",
    "TaskFailed #1",
    "TaskCompleted #2",
  ]);
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.succeed("A");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted allButOneFails, TaskScheduled #0 A, TaskScheduled #1 B, TaskScheduled #2 C",
    "TaskFailed #1",
    "TaskCompleted #2",
    "TaskCompleted #0, TaskScheduled #3 D",
    "TaskCompleted #3, ExecutionCompleted #4",
  ]);
});

test("suspended while an activity runs", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("suspendable");
  await stage.engine.hub.suspend("i1", "hold on");
  await stage.succeed("A", "a");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted suspendable, TaskScheduled #0 A",
    "ExecutionSuspended",
    "TaskCompleted #0",
  ]);
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Suspended", output: "hold on" });
  await stage.engine.hub.resume("i1", "go on");
  await stage.engine.idle();
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted suspendable, TaskScheduled #0 A",
    "ExecutionSuspended",
    "TaskCompleted #0",
    "ExecutionResumed, TaskScheduled #1 B",
    "TaskCompleted #1, ExecutionCompleted #2",
  ]);
});

test("terminated while an activity runs, whose result is then dropped", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("chainOfTwo");
  await stage.engine.hub.terminate("i1", "enough");
  await stage.succeed("A");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted chainOfTwo, TaskScheduled #0 A",
    "ExecutionTerminated, ExecutionCompleted #1",
  ]);
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
});

test("a task in two compounds is run twice", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("slidingWindow");
  await stage.succeed("A", "a");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted slidingWindow, TaskScheduled #0 A, TaskScheduled #1 B",
    "TaskCompleted #0, TaskScheduled #2 B",
  ]);
  expect(stage.log.join()).toContain("If both are the same task, the extension runs it a second time");
});

test("another failed task changes the ids of a retry, so that the compensation gets the wrong result", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("retryInParallel");
  await stage.fail("A");
  await stage.clock.advance(1000);
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted retryInParallel, TaskScheduled #0 A, TaskScheduled #1 B, TaskScheduled #2 C",
    "TaskCompleted #2",
    "TaskFailed #0, TimerCreated #3 2025-01-01T00:00:01.0000000Z",
    "TimerFired #3 2025-01-01T00:00:01.0000000Z, TaskScheduled #4 A",
  ]);
});
