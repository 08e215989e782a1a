import { expect, test } from "vitest";
import { DONE, Future } from "../../src/engine/replay/future.ts";
import type { OrchestrationContext } from "../../src/engine/replay/orchestration-context.ts";
import { Problems } from "../../src/engine/replay/problems.ts";
import { Timers } from "../../src/engine/replay/timers.ts";

/** Timers with parts of 3 units and a maximum of 6 units, and the tasks that they create. */
function timersAt(now: number) {
  const created: Future[] = [];
  const context = {
    now,
    problems: new Problems(),
    get nextId() {
      return created.length;
    },
    createTimer: () => {
      const task = new Future();
      created.push(task);
      return task;
    },
  };
  const limits = { maximumDelayTime: 6, longRunningTimerIntervalLength: 3 };
  return { timers: new Timers(context as unknown as OrchestrationContext, limits), context, created };
}

test.each([
  ["while a long timer is open, a timer that is due creates no task", false, 2],
  ["after a short timer has ended, it creates one again", true, 3],
])("%s", (_, doesShortOneEnd, tasks) => {
  const { timers, context, created } = timersAt(0);
  timers.create(2, false);
  timers.create(20, false);
  context.now = 2;
  if (doesShortOneEnd) created[0]?.settle(DONE);
  timers.create(2, false);
  expect(created).toHaveLength(tasks);
  expect(context.problems.certain).toHaveLength(doesShortOneEnd ? 0 : 1);
});
