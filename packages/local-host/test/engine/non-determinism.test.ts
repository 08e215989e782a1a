import { expect, test } from "vitest";
import { compareWithReplay } from "../../src/engine/replay/non-determinism.ts";
import type { ScheduledWork } from "../../src/engine/history/scheduled-work.ts";
import { scheduledEvent } from "../../src/engine/history/scheduled-events.ts";

type Work<K extends ScheduledWork["kind"]> = Extract<ScheduledWork, { readonly kind: K }>;

const activity: Work<"activity"> = { kind: "activity", id: 3, name: "Ship", input: 1 };
const timer: Work<"timer"> = { kind: "timer", id: 3, fireAt: 0 };
const child: Work<"subOrchestration"> = {
  kind: "subOrchestration",
  id: 3,
  name: "Pack",
  instanceId: "c1",
  version: null,
  input: null,
};
const event: Work<"event"> = {
  kind: "event",
  id: 3,
  instanceId: "@a@b",
  name: "op",
  input: "{}",
  due: undefined,
};
const PACK = "a sub-orchestration task with sequence ID 3 and name 'Pack' (version '', instance ID 'c1')";
const SEND = "a send event task with sequence ID 3";

function differenceOf(before: ScheduledWork, now: ScheduledWork | undefined): string | undefined {
  try {
    compareWithReplay(scheduledEvent(before, 0, false, undefined), now);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test("equal actions are not a difference, and neither is another case of a name", () => {
  for (const work of [activity, timer, child, event]) expect(differenceOf(work, work)).toBeUndefined();
  for (const work of [activity, child, event]) {
    expect(differenceOf(work, { ...work, name: work.name.toUpperCase() })).toBeUndefined();
  }
});

test.each<[before: ScheduledWork, now: ScheduledWork | undefined, text: string]>([
  [
    activity,
    undefined,
    `an activity task with sequence ID 3 and name 'Ship' (version ''), but the current replay execution hasn't (yet?) scheduled this task.`,
  ],
  [
    activity,
    timer,
    `an activity task with sequence number 3 named 'Ship', but the current orchestration replay instead produced a CreateTimerOrchestratorAction action with this sequence number.`,
  ],
  [
    activity,
    { ...activity, name: "Sell" },
    `an activity task with sequence number 3 named 'Ship', but the current orchestration replay instead scheduled an activity task named 'Sell' with this sequence number.`,
  ],
  [
    timer,
    undefined,
    `a timer task with sequence number 3 but the current replay execution hasn't (yet?) scheduled this task.`,
  ],
  [
    timer,
    child,
    `a timer task with sequence number 3 named but the current orchestration replay instead produced a CreateSubOrchestrationAction action with this sequence number.`,
  ],
  [child, undefined, `${PACK}, but the current replay execution hasn't (yet?) scheduled this task.`],
  [
    child,
    event,
    `${PACK}, but the current orchestration replay instead produced a SendEventOrchestratorAction action at this sequence number.`,
  ],
  [
    child,
    { ...child, name: "Wrap" },
    `${PACK}, but the current orchestration replay instead scheduled a sub-orchestration task with name Wrap at this sequence number.`,
  ],
  [
    event,
    undefined,
    `${SEND}, type 'EventSent' name 'op', instance ID '@a@b', but the current replay execution hasn't (yet?) scheduled this task.`,
  ],
  [
    event,
    activity,
    `${SEND}, type 'EventSent', name 'op', instance ID '@a@b', but the current orchestration replay instead scheduled a ScheduleTaskOrchestratorAction task at this sequence number.`,
  ],
  [
    event,
    { ...event, name: "release" },
    `${SEND}, type 'EventSent', name 'op', instance ID '@a@b'), but the current orchestration replay instead scheduled a send event task with name releaseat this sequence number.`,
  ],
])("another action is reported with the framework's message: %j is now %j", (before, now, text) => {
  const difference = differenceOf(before, now)?.replace("  Was", " Was");
  expect(difference).toBe(
    `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${text} ` +
      "Was a change made to the orchestrator code after this instance had already started running?",
  );
});
