import { expect, test } from "vitest";
import { ActionType } from "../../src/engine/replay/actions.ts";
import { CompoundTasks } from "../../src/engine/replay/compound-tasks.ts";
import { DONE, FAILED, Future } from "../../src/engine/replay/future.ts";
import { Problems } from "../../src/engine/replay/problems.ts";

const task = (outcome: Parameters<typeof Future.settled>[0]) => ({
  action: { actionType: ActionType.CallActivity, functionName: "a" } as const,
  task: Future.settled(outcome),
});

test.each([
  ["no compound", [], false],
  ["one of two failed", [[task(DONE), task(FAILED)]], true],
  ["none failed", [[task(DONE), task(DONE)]], false],
  ["only an earlier compound failed", [[task(FAILED)], [task(DONE)]], false],
])("%s", (_case, compounds, hasFailures) => {
  const tasks = new CompoundTasks(new Problems());
  for (const compound of compounds) tasks.add(compound);
  expect(tasks.hasFailures).toBe(hasFailures);
});
