import { describe, expect, test } from "vitest";
import type { HubEvent, HubInstance, TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { canRewind } from "../../src/operations/rewind-or-restart.ts";
import { executeCommand } from "../../src/operations/instance-commands.ts";

const NOW = new Date("2026-11-27T10:00:00Z");
const BEFORE = "2026-11-27T09:59:00Z";
const LATER = "2026-11-30T10:00:00Z";

const failed = { id: "order-1", name: "orderFulfilment", runtimeStatus: "Failed" } as HubInstance;
const events = (...types: readonly (string | HubEvent)[]): HubEvent[] =>
  types.map((event) => (typeof event === "string" ? { EventType: event } : event));
const timer = (EventType: string, FireAt: string): HubEvent => ({ EventType, FireAt });

describe("a rewind keeps the history", () => {
  test.each([
    ["no call has failed, and all have ended", events("ExecutionStarted", "TaskCompleted")],
    [
      "a call has failed, and nothing follows it",
      events("ExecutionStarted", "TaskCompleted", "TaskFailed", "ExecutionCompleted"),
    ],
    ["a timer is due in some days", events("TaskCompleted", timer("TimerCreated", LATER))],
    ["its timers have fired", events(timer("TimerCreated", BEFORE), timer("TimerFired", BEFORE))],
  ])("where %s", (_what, history) => {
    expect(canRewind({ instance: failed, history }, NOW)).toBe(true);
  });

  test.each([
    ["a failed call was retried after a timer", events("TaskFailed", timer("TimerFired", BEFORE))],
    [
      "a part has failed, and was retried after a timer",
      events("SubOrchestrationInstanceFailed", timer("TimerCreated", LATER)),
    ],
    ["a failed call was handled", events("TaskFailed", "TaskCompleted")],
    ["a call was running, and its result was lost", events("TaskScheduled")],
    ["a part was running", events("SubOrchestrationInstanceCreated")],
    ["a timer may have fired since, and was lost", events(timer("TimerCreated", BEFORE))],
    [
      "one of two timers with the same due time has not fired",
      events(timer("TimerCreated", BEFORE), timer("TimerCreated", BEFORE), timer("TimerFired", BEFORE)),
    ],
  ])("but not if %s", (_what, history) => {
    expect(canRewind({ instance: failed, history }, NOW)).toBe(false);
  });

  test("and is only possible for failed instances", () => {
    const instance = { ...failed, runtimeStatus: "Terminated" } as HubInstance;
    expect(canRewind({ instance, history: [] }, NOW)).toBe(false);
  });
});

/** A task hub with one failed instance with this history; it records the requests. */
function hubWith(instance: HubInstance, history: readonly HubEvent[]) {
  const asked: string[] = [];
  const hub = {
    run: () => Promise.resolve({ instance, history, input: { a: 1 } }),
    history: () => Promise.resolve(history),
    command: (_id: string, command: string) => Promise.resolve((asked.push(command), "accepted")),
    start: (name: string, id: string, input: unknown) => {
      asked.push(`start ${name} ${id} ${JSON.stringify(input)}`);
      return Promise.resolve("started");
    },
  } as unknown as TaskHub;
  return { hub, asked };
}

const options = { reason: "test", nextInputs: {} };
const RESTART = 'start orderFulfilment order-1 {"a":1}';

test.each([
  ["rewind", events("TaskCompleted"), "rewind"],
  ["rewind", events("TaskFailed", "TimerFired"), RESTART],
  ["restart", events("TaskCompleted"), RESTART],
] as const)("%s uses the command that works for %j", async (command, history, expected) => {
  const { hub, asked } = hubWith(failed, history);
  await executeCommand(command, hub, failed, options);
  expect(asked).toEqual([expected]);
});

test("a restart gets its input from the pattern, for any case of the orchestration's name", async () => {
  const { hub, asked } = hubWith(failed, []);
  const nextInputs = { ORDERFULFILMENT: ({ input }: { input: unknown }) => ({ was: input }) };
  await executeCommand("restart", hub, failed, { ...options, nextInputs });
  expect(asked).toEqual(['start orderFulfilment order-1 {"was":{"a":1}}']);
});

test("an input that its pattern cannot read is a conflict, and nothing is started", async () => {
  const { hub, asked } = hubWith(failed, []);
  const nextInputs = {
    orderFulfilment: () => {
      throw new Error("Not of this shape");
    },
  };
  await expect(executeCommand("restart", hub, failed, { ...options, nextInputs })).rejects.toThrow(
    "cannot be read",
  );
  expect(asked).toEqual([]);
});

test("a part is handled by its process", async () => {
  const part = { ...failed, id: "import-1:page-3", name: "priceSinglesImport" } as HubInstance;
  const { hub } = hubWith(part, []);
  await expect(executeCommand("rewind", hub, part, options)).rejects.toThrow("a part of import-1");
});
