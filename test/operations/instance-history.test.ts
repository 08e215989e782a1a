import { describe, expect, test } from "vitest";
import type { HubEvent } from "../../src/durable/task-hub/task-hub.ts";
import { readableHistory, readableReason } from "../../src/operations/instance-history.ts";

const AT = "2027-03-01T08:00:00.1234567Z";
const event = (EventType: string, fields: object = {}): HubEvent => ({ EventType, Timestamp: AT, ...fields });
const shown = (...events: HubEvent[]) => readableHistory(events).events;

describe("a readable event:", () => {
  test.each([
    [event("ExecutionStarted", { FunctionName: "a", Input: "secret" }), { event: "started", name: "a" }],
    [
      event("TaskCompleted", {
        FunctionName: "a",
        ScheduledTime: "2027-03-01T07:59:59+00:00",
        Result: { n: 1 },
      }),
      { event: "activityCompleted", name: "a", startedAt: "2027-03-01T07:59:59.000Z", result: { n: 1 } },
    ],
    [
      event("TaskFailed", {
        FunctionName: "a",
        Reason: "Activity function 'a' failed: no",
        Details: "{stack}",
      }),
      { event: "activityFailed", name: "a", reason: "no" },
    ],
    [event("TaskScheduled", { Name: "a", Input: "secret" }), { event: "activityScheduled", name: "a" }],
    [
      event("SubOrchestrationInstanceCreated", { Name: "c", InstanceId: "x:1" }),
      { event: "childStarted", name: "c", target: "x:1" },
    ],
    [
      event("SubOrchestrationInstanceFailed", { FunctionName: "c", InstanceId: "x:1", Reason: "no" }),
      { event: "childFailed", name: "c", target: "x:1", reason: "no" },
    ],
    [
      event("TimerCreated", { FireAt: "2027-03-01T09:00:00Z" }),
      { event: "timerSet", dueAt: "2027-03-01T09:00:00.000Z" },
    ],
    [
      event("EventRaised", { Name: "refundDecided", Input: "secret" }),
      { event: "eventReceived", name: "refundDecided" },
    ],
    [
      event("EventRaised", { Name: "45f68045-8e9a-5a21-ae3f-d922ae4425cf", Input: "secret" }),
      { event: "entityAnswered" },
    ],
    [
      event("EventSent", {
        InstanceId: "@sales@mug@300",
        Input: '{"op":"sold","signal":true,"input":"secret"}',
      }),
      { event: "entitySignaled", name: "sales.sold", target: "mug@300" },
    ],
    [
      event("EventSent", { InstanceId: "@sales@mug", Input: '{"op":"read"}' }),
      { event: "entityCalled", name: "sales.read", target: "mug" },
    ],
    [event("ExecutionSuspended", { Reason: "stop" }), { event: "suspended", reason: "stop" }],
    [event("ExecutionResumed", { Reason: "go" }), { event: "resumed", reason: "go" }],
    [event("ExecutionTerminated", { Input: "enough" }), { event: "terminationRequested", reason: "enough" }],
    [event("GenericEvent", { Data: "again" }), { event: "rewound", reason: "again" }],
    [
      event("ExecutionCompleted", { OrchestrationStatus: "Completed", Result: 7 }),
      { event: "completed", result: 7 },
    ],
    [
      event("ExecutionCompleted", {
        OrchestrationStatus: "Failed",
        Result: "Orchestrator function 'o' failed: no",
      }),
      { event: "failed", reason: "no" },
    ],
  ])("%o", (given, expected) => {
    expect(shown(given)).toEqual([{ at: "2027-03-01T08:00:00.123Z", ...expected }]);
    expect(JSON.stringify(shown(given))).not.toMatch(/secret|stack/);
  });

  test("a timer is shown when it fired, not when it was created", () => {
    expect(shown(event("TimerFired", { FireAt: "2027-03-01T09:00:00Z" }))).toEqual([
      { at: "2027-03-01T09:00:00.000Z", event: "timerFired" },
    ]);
  });

  test("events without information are omitted, also unknown ones", () => {
    expect(
      shown(event("GenericEvent", { Data: null }), event("OrchestratorStarted"), event("toString")),
    ).toEqual([]);
  });

  test("unusual contents do not fail", () => {
    const odd = [
      event("EventSent", { InstanceId: 7, Input: "{" }),
      event("EventSent", { InstanceId: "@a@b", Input: "null" }),
      event("TaskCompleted", { FunctionName: null, ScheduledTime: "never", Result: null }),
      { EventType: "TaskFailed", Reason: { text: "no" } },
    ];
    expect(() => readableHistory(odd)).not.toThrow();
  });
});

test("a long result is not shown, a long history only its end", () => {
  const [long] = shown(event("TaskCompleted", { FunctionName: "a", Result: "x".repeat(3000) }));
  expect(long?.result).toBe("3002 characters, not shown");
  const many = Array.from({ length: 1200 }, (_, n) => event("TaskCompleted", { FunctionName: `a${n}` }));
  const { events, omitted } = readableHistory(many);
  expect([events.length, omitted, events[0]?.name]).toEqual([1000, 200, "a200"]);
});

test("a reason is one line without the engine's frame", () => {
  expect(
    readableReason("Orchestrator function 'o' failed: Activity function 'a' failed: no \n {\"$type\":1}"),
  ).toBe("Activity function 'a' failed: no");
  expect(readableReason("first\n    at file.js:1")).toBe("first");
  expect(readableReason("x".repeat(900))).toHaveLength(500);
});
