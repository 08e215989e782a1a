import { describe, expect, test } from "vitest";
import { isHostFailure, mayBeHostFailure } from "../../src/durable/task-hub/host-failure.ts";

/** The extension's own messages, shortened after the relevant part. */
const NO_ANSWER =
  "Orchestrator function 'a' failed: One or more errors occurred. (node exited with code 137)";
const OWN_ERROR =
  "Orchestrator function 'a' failed: One or more errors occurred. (Result: Failure\nException: no)";
const notReplayed = (id: number) =>
  `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with ` +
  `sequence ID ${id} and name 'a' (version ''), but the current replay execution hasn't (yet?) scheduled this task.`;
const renamed =
  "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with " +
  "sequence number 0 named 'a', but the current orchestration replay instead scheduled an activity task named 'b'";

describe("a failure may come from the host", () => {
  test.each([
    ["if the process returned no result", NO_ANSWER, true],
    ["if nothing was scheduled again", notReplayed(0), true],
    ["but not if the code threw", OWN_ERROR, false],
    ["but not if another call was made", renamed, false],
    ["but not without a text", null, false],
  ])("%s", (_case, output, expected) => {
    expect(mayBeHostFailure(output)).toBe(expected);
  });
});

describe("the history confirms it", () => {
  const scheduled = { EventType: "TaskCompleted", Name: "a" };
  const rewound = { EventType: "GenericEvent" };
  const terminatedPart = { EventType: "SubOrchestrationInstanceFailed" };
  const failedPart = { ...terminatedPart, Details: "its own error" };
  test.each([
    ["at the first call", notReplayed(0), [scheduled], true],
    ["without a result", NO_ANSWER, [scheduled], true],
    ["without a result, in an empty history", NO_ANSWER, [], true],
    ["but not at a later call", notReplayed(2), [scheduled], false],
    ["at a later call of a rewound instance", notReplayed(2), [scheduled, rewound], true],
    ["but not if a part was terminated", notReplayed(0), [scheduled, terminatedPart], false],
    ["if a part failed by its own error", notReplayed(0), [scheduled, failedPart], true],
    ["but not if the code threw", OWN_ERROR, [scheduled], false],
  ])("%s", (_case, output, history, expected) => {
    expect(isHostFailure(output, history as Parameters<typeof isHostFailure>[1])).toBe(expected);
  });
});
