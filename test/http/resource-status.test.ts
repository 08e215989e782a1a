import { OrchestrationRuntimeStatus } from "durable-functions";
import { expect, test } from "vitest";
import { isFinal } from "../../src/durable/client/orchestration-client.ts";
import {
  EVERY_STATUS,
  isUnfinished,
  RESOURCE_STATUSES,
  runtimeStatuses,
  statusWord,
} from "../../src/http/resource-status.ts";

test("each runtime status has one API status, and each API status has a runtime status", () => {
  const words = Object.values(OrchestrationRuntimeStatus).map((status) => [status, statusWord(status)]);
  expect(Object.fromEntries(words)).toEqual({
    Pending: "pending",
    Running: "running",
    ContinuedAsNew: "running",
    Suspended: "suspended",
    Completed: "completed",
    Failed: "failed",
    Terminated: "canceled",
    Canceled: "canceled",
  });
  for (const word of RESOURCE_STATUSES)
    expect(new Set(runtimeStatuses(word).map(statusWord))).toEqual(new Set([word]));
  expect(EVERY_STATUS.toSorted()).toEqual(Object.values(OrchestrationRuntimeStatus).toSorted());
});

test.each(["NewStatus", "toString", ""])("an unknown status %j counts as running", (status) => {
  expect(statusWord(status)).toBe("running");
});

test("unfinished API statuses are also unfinished runtime statuses", () => {
  for (const runtimeStatus of Object.values(OrchestrationRuntimeStatus))
    expect(isUnfinished(statusWord(runtimeStatus)), runtimeStatus).toBe(!isFinal({ runtimeStatus }));
});
