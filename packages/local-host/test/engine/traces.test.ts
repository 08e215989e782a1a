import { expect, test } from "vitest";
import { Stage } from "./support/test-engine.ts";
import { trace } from "./support/trace.ts";

/* Event traces that the SDK and the Durable extension agree on; most were also seen on the real extension. */

test("chain of two activities", async () => {
  const stage = await Stage.open();
  await stage.start("chainOfTwo");
  expect(trace(await stage.history())).toBe("12 0 4#0:A 13 12 5>0 4#1:B 13 12 5>1 1#2 13");
  expect((await stage.get()).output).toBe("[1,1]");
});

test("Task.all of three takes all completions in one episode", async () => {
  const stage = await Stage.open();
  await stage.start("allOfThree");
  expect(trace(await stage.history())).toBe("12 0 4#0:A 4#1:B 4#2:C 13 12 5>0 5>1 5>2 1#3 13");
});

test("a race won by the event, timer cancelled", async () => {
  const stage = await Stage.open();
  await stage.start("race", { ms: 60_000, cancel: true });
  await stage.raise("Go", 1);
  expect(trace(await stage.history())).toBe("12 0 10#0 13 12 15:Go 1#1 13");
  expect((await stage.get()).runtimeStatus).toBe("Completed");
});

test("an uncancelled timer keeps the instance running until it fires", async () => {
  const stage = await Stage.open();
  await stage.start("race", { ms: 60_000, cancel: false });
  await stage.raise("Go", 1);
  expect(trace(await stage.history())).toBe("12 0 10#0 13 12 15:Go 13");
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.clock.advance(60_000);
  expect(trace(await stage.history())).toBe("12 0 10#0 13 12 15:Go 13 12 11>t0 1#1 13");
  expect((await stage.get()).output).toBe('{"event":1}');
});

test("a retry that succeeds at the second attempt", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryThenB", { attempts: 3 });
  await stage.fail("A");
  await stage.clock.advance(1000);
  await stage.succeed("A", "ok");
  expect(trace(await stage.history())).toBe(
    "12 0 4#0:A 13 12 6>0 10#1 13 12 11>t1 4#2:A 13 12 5>2 4#3:B 13 12 5>3 1#4 13",
  );
});

test("an exhausted retry ends with one more timer that is due at once", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryThenB", { attempts: 2 });
  await stage.fail("A");
  await stage.clock.advance(1000);
  await stage.fail("A");
  expect(trace(await stage.history())).toBe(
    "12 0 4#0:A 13 12 6>0 10#1 13 12 11>t1 4#2:A 13 12 6>2 10#3 13 12 11>t3 1#4 13",
  );
  expect((await stage.get()).runtimeStatus).toBe("Failed");
});

test("one attempt, caught, then a fallback", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("retryThenFallback");
  await stage.fail("A");
  expect(trace(await stage.history())).toBe(
    "12 0 4#0:A 13 12 6>0 10#1 13 12 11>t1 4#2:Fallback 13 12 5>2 1#3 13",
  );
});

test("parallel retries take their ids as their failures come", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("retryInParallel");
  await stage.activities.fail("A", "a");
  await stage.fail("B");
  await stage.clock.advance(1000);
  await stage.activities.fail("A", "a");
  await stage.succeed("B", "b");
  await stage.clock.advance(1000);
  await stage.succeed("A", "a");
  expect(trace(await stage.history())).toBe(
    "12 0 4#0:A 4#1:B 4#2:C 13 12 5>2 13 12 6>0 6>1 10#3 10#4 13 12 11>t3 11>t4 4#5:A 4#6:B 13 " +
      "12 6>5 5>6 10#7 13 12 11>t7 4#8:A 13 12 5>8 4#9:D 13 12 5>9 1#10 13",
  );
  expect((await stage.get()).output).toBe('["a","b",null,null]');
});

test("four sub-orchestrations in sequence, under ids made of the execution", async () => {
  const stage = await Stage.open();
  await stage.start("fourChildren");
  expect(trace(await stage.history())).toBe(
    "12 0 7#0 13 12 8>0 7#1 13 12 8>1 7#2 13 12 8>2 7#3 13 12 8>3 1#4 13",
  );
  const { executionId } = await stage.get();
  expect(executionId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const child = await stage.get(`${executionId}:2`);
  expect(child).toMatchObject({ output: '{"child":2}', parentInstanceId: "i1" });
  expect(child.executionId).toMatch(/^[0-9a-f]{32}$/);
});

test("a failing child, caught by its parent", async () => {
  const stage = await Stage.open();
  await stage.start("parentCatches");
  expect(trace(await stage.history())).toBe("12 0 7#0 13 12 9>0 1#1 13");
  expect((await stage.get()).output).toContain(
    "Orchestrator function 'failingChild' failed: child failed \\n Message: child failed, StackTrace: ",
  );
});

test("signal, call and activity", async () => {
  const stage = await Stage.open();
  await stage.start("entityWork", "k");
  expect(trace(await stage.history())).toBe("12 0 14#0:op 14#1:op 13 12 15 4#2:identity 13 12 5>2 1#3 13");
  expect((await stage.get()).output).toBe("5");
});

test("lock two entities, call one, release, activity", async () => {
  const stage = await Stage.open();
  await stage.start("lockTwo");
  expect(trace(await stage.history())).toBe(
    "12 0 14#0:op 13 12 15 14#1:op 13 12 15 14#2:release 14#3:release 4#4:identity 13 12 5>4 1#5 13",
  );
});

test("a failure in Task.all is heard of only when all have ended", async () => {
  const stage = await Stage.open(["A", "B", "C"]);
  await stage.start("allButOneFails");
  await stage.fail("B");
  await stage.succeed("C");
  expect(trace(await stage.history())).toBe("12 0 4#0:A 4#1:B 4#2:C 13 12 6>1 13 12 5>2 13");
  expect((await stage.get()).runtimeStatus).toBe("Running");
  await stage.succeed("A");
  expect(trace(await stage.history())).toBe(
    "12 0 4#0:A 4#1:B 4#2:C 13 12 6>1 13 12 5>2 13 12 5>0 4#3:D 13 12 5>3 1#4 13",
  );
});

test("suspended while an activity runs", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("suspendable");
  await stage.engine.hub.suspend("i1", "hold on");
  await stage.succeed("A", "a");
  expect(trace(await stage.history())).toBe("12 0 4#0:A 13 12 19 13 12 5>0 13");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Suspended", output: "hold on" });
  await stage.engine.hub.resume("i1", "go on");
  await stage.engine.idle();
  expect(trace(await stage.history())).toBe("12 0 4#0:A 13 12 19 13 12 5>0 13 12 20 4#1:B 13 12 5>1 1#2 13");
});

test("terminated while an activity runs, whose result is then dropped", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("chainOfTwo");
  await stage.engine.hub.terminate("i1", "enough");
  await stage.succeed("A");
  expect(trace(await stage.history())).toBe("12 0 4#0:A 13 12 3 1#1 13");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
});

test("a task in two compounds is run twice", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("slidingWindow");
  await stage.succeed("A", "a");
  expect(trace(await stage.history())).toBe("12 0 4#0:A 4#1:B 13 12 5>0 4#2:B 13");
  expect(stage.log.join()).toContain("If both are one task, the extension runs it a second time");
});

test("a failed neighbour moves the ids of a retry, so that the compensation gets the wrong result", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("retryInParallel");
  await stage.fail("A");
  await stage.clock.advance(1000);
  expect(trace(await stage.history())).toBe(
    "12 0 4#0:A 4#1:B 4#2:C 13 12 5>2 13 12 6>0 10#3 13 12 11>t3 4#4:A 13",
  );
});
