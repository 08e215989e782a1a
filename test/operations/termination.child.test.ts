import { expect, test } from "vitest";
import type { HubInstance, TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { terminateWithChildren } from "../../src/durable/task-hub/termination.ts";

test("a child that does not exist yet is awaited and terminated", async () => {
  let reads = 0;
  const ended: string[] = [];
  const taskHub = {
    instance: (id: string): Promise<Partial<HubInstance> | undefined> =>
      Promise.resolve(
        ++reads === 1 ? undefined : { id, runtimeStatus: ended.includes(id) ? "Terminated" : "Running" },
      ),
    command: (id: string) => Promise.resolve(ended.push(id) && "accepted"),
    history: () => Promise.resolve([]),
  } as unknown as TaskHub;
  expect(await terminateWithChildren(taskHub, "child", "enough")).toEqual({ asked: 1, isComplete: true });
  expect(ended).toEqual(["child"]);
});
