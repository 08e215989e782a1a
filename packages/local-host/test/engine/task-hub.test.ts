import { expect, test, vi } from "vitest";
import { TaskHubError } from "../../src/engine/task-hub.ts";
import { WORKER_GONE } from "../../src/invocation/function-runner.ts";
import { Stage, START, turns } from "./support/test-engine.ts";
import { episodes } from "./support/episodes.ts";

const code = (expected: string) => expect.objectContaining({ code: expected }) as TaskHubError;

test("an error of the task hub is printed with its own name", () => {
  expect(String(new TaskHubError("notFound", "none"))).toBe("TaskHubError: none");
});

test("starting an id that is in use is refused; a finished one is replaced", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await stage.start("waitForGo");
  await expect(hub.start({ name: "empty", instanceId: "i1", input: null })).rejects.toThrow(
    new TaskHubError("alreadyExists", "An Orchestration instance with the status Running already exists."),
  );
  await stage.raise("Go", 1);
  await stage.start("empty");
  expect(await stage.get()).toMatchObject({ name: "empty", runtimeStatus: "Completed", output: '"done"' });
  expect((await stage.history())[1]).toMatchObject({ Generation: 1 });
});

test("two simultaneous starts with one id create one instance", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  const outcomes = await Promise.allSettled([
    hub.start({ name: "empty", instanceId: "one", input: "1" }),
    hub.start({ name: "empty", instanceId: "one", input: "2" }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("ids are created if none are given, as 32 hex digits", async () => {
  const stage = await Stage.open();
  for (const instanceId of [undefined, ""]) {
    expect(await stage.engine.hub.start({ name: "empty", instanceId, input: null })).toMatch(
      /^[0-9a-f]{32}$/,
    );
  }
});

test("commands to an unknown or a finished instance are refused", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  const commands = (id: string) => [
    hub.raiseEvent(id, "Go", null),
    hub.terminate(id, null),
    hub.suspend(id, null),
    hub.resume(id, null),
  ];
  for (const command of commands("none")) await expect(command).rejects.toEqual(code("notFound"));
  await stage.start("empty");
  for (const command of commands("i1")) await expect(command).rejects.toEqual(code("finished"));
  await expect(hub.rewind("i1", null)).rejects.toEqual(code("wrongState"));
  await expect(hub.rewind("none", null)).rejects.toEqual(code("notFound"));
  await expect(hub.restart("none", "other")).rejects.toEqual(code("notFound"));
  await expect(hub.purge("none")).rejects.toEqual(code("notFound"));
});

test("suspend and resume work only in the right states", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await stage.start("waitForGo");
  await expect(hub.resume("i1", null)).rejects.toThrow(
    "Cannot resume the orchestration instance i1 because instance is in the Running state.",
  );
  await hub.suspend("i1", "hold on");
  await stage.raise("Go", 1);
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Suspended", output: "hold on" });
  await expect(hub.suspend("i1", null)).rejects.toThrow("because instance is in the Suspended state.");
  await hub.terminate("i1", '{"code":7}');
  await stage.engine.idle();
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Terminated", output: '{"code":7}' });
});

test("rewind removes the failure and schedules the failed task again with its old id", async () => {
  const stage = await Stage.open(["A", "B"]);
  await stage.start("chainOfTwo");
  await stage.succeed("A", "a");
  await stage.fail("B");
  expect((await stage.get()).runtimeStatus).toBe("Failed");
  await stage.engine.hub.rewind("i1", "try again");
  await stage.succeed("B", "b");
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted chainOfTwo, TaskScheduled #0 A",
    "TaskCompleted #0, GenericEvent #1",
    "GenericEvent, GenericEvent #2",
    "GenericEvent, TaskScheduled #1 B",
    "TaskCompleted #1, ExecutionCompleted #2",
  ]);
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Completed", output: '["a","b"]' });
});

test("rewind of a parent continues with the failed child", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("parentOf", { name: "chainOfTwo", id: "c" });
  await stage.fail("A");
  expect((await stage.get()).runtimeStatus).toBe("Failed");
  await stage.engine.hub.rewind("i1", null);
  await stage.succeed("A", "a");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Completed", output: '["a","a"]' });
});

test("rewind of an instance that failed while it was suspended leaves it suspended", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await stage.start("waitForGo");
  vi.spyOn(stage.activities, "run").mockResolvedValueOnce(WORKER_GONE);
  await hub.suspend("i1", "hold on");
  await stage.engine.idle();
  expect((await stage.get()).runtimeStatus).toBe("Failed");
  await hub.rewind("i1", null);
  await stage.raise("Go", 1);
  expect((await stage.get()).runtimeStatus).toBe("Suspended");
  await hub.resume("i1", null);
  await stage.engine.idle();
  expect((await stage.get()).runtimeStatus).toBe("Completed");
});

test("rewind of a parent leaves a child alone that was rewound before", async () => {
  const stage = await Stage.open(["A"]);
  await stage.start("parentOf", { name: "chainOfTwo", id: "c" });
  await stage.fail("A");
  await stage.engine.hub.rewind("c", null);
  await turns();
  const before = await stage.history("c");
  await stage.engine.hub.rewind("i1", null);
  await turns();
  expect(await stage.history("c")).toEqual(before);
  await stage.succeed("A", "a");
  expect(await stage.get()).toMatchObject({ runtimeStatus: "Completed", output: '["a","a"]' });
});

test("restart under a new id and in place", async () => {
  const stage = await Stage.open();
  const { hub } = stage.engine;
  await stage.start("echoInput", { n: 1 });
  await hub.restart("i1", "i2");
  await hub.restart("i1", "i1");
  await stage.engine.idle();
  for (const id of ["i1", "i2"]) {
    expect(await stage.get(id)).toMatchObject({ runtimeStatus: "Completed", output: '{"input":{"n":1}}' });
  }
  expect((await stage.get("i2")).executionId).toMatch(/^[0-9a-f]{32}$/);
  expect((await stage.history("i1"))[1]).toMatchObject({ Generation: 1 });
  expect((await stage.history("i2"))[1]).toMatchObject({ Generation: 0 });
  expect(stage.activities.payloads[1]).toMatchObject({ sourceInstanceId: "i1" });
});

test("purge deletes only finished instances; purge by filter deletes all matching ones", async () => {
  const stage = await Stage.open(["A"]);
  const { hub } = stage.engine;
  await stage.start("empty");
  await stage.start("chainOfTwo", undefined, "i2");
  await expect(hub.purge("i2")).rejects.toEqual(code("wrongState"));
  await hub.purge("i1");
  expect(await hub.get("i1")).toBeUndefined();
  expect(await hub.history("i1")).toEqual([]);
  expect(await hub.purgeBy({ createdTimeFrom: START })).toBe(1);
  // The running activity ends, and its result is ignored.
  await stage.succeed("A");
  await stage.engine.idle();
  expect((await hub.list({})).items).toEqual([]);
});

test("a waiter gets an instance as soon as it is committed", async () => {
  const stage = await Stage.open(["A"]);
  const { engine } = stage;
  const done = engine.waitForCompletion("i1");
  const running = engine.waitFor("i1", ({ runtimeStatus }) => runtimeStatus === "Running");
  await stage.start("chainOfTwo");
  expect(await running).toMatchObject({ runtimeStatus: "Running" });
  await stage.succeed("A", 1);
  expect(await done).toMatchObject({ output: "[1,1]" });
  expect(await engine.waitForCompletion("i1")).toMatchObject({ output: "[1,1]" });
  const never = new AbortController();
  const waiting = engine.waitFor("none", () => true, never.signal);
  never.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});
