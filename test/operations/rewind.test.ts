import { expect, test } from "vitest";
import type { HubInstance, TaskHub } from "../../src/durable/task-hub.ts";
import { carryOut } from "../../src/operations/instance-commands.ts";

/** A task hub with one failed instance of this history; what it is asked to do is written down. */
function hubWith(...history: readonly string[]) {
  const commands: string[] = [];
  const hub = {
    history: () => Promise.resolve(history.map((EventType) => ({ EventType }))),
    command: (_id: string, command: string) => Promise.resolve((commands.push(command), "accepted")),
  } as unknown as TaskHub;
  return { hub, commands };
}

const failed = { id: "order-1", runtimeStatus: "Failed" } as HubInstance;

test.each([
  ["no call has failed, whatever timers there are", ["ExecutionStarted", "TimerCreated", "TaskCompleted"]],
  ["a call has failed, and there are no timers", ["ExecutionStarted", "TaskFailed"]],
])("a rewind is passed on where %s", async (_what, history) => {
  const { hub, commands } = hubWith(...history);
  await carryOut("rewind", hub, failed, "test");
  expect(commands).toEqual(["rewind"]);
});

test.each([[["TaskFailed", "TimerFired"]], [["SubOrchestrationInstanceFailed", "TimerCreated"]]])(
  "a rewind is refused where its history would not fit the code any more: %j",
  async (history) => {
    const { hub, commands } = hubWith(...history);
    await expect(carryOut("rewind", hub, failed, "test")).rejects.toThrow("cannot be rewound");
    expect(commands).toEqual([]);
  },
);
