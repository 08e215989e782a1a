import { expect, test } from "vitest";
import { refundInput } from "../../../src/patterns/refund-approval/refund.contract.ts";
import { nextRefundInput } from "../../../src/patterns/refund-approval/refund.restart.ts";
import { APPROVER, aRefund } from "./refunds.ts";

const input = { ...aRefund(), origin: "https://shop.example" };
const createdAt = new Date("2026-11-24T10:00:00.000Z");
const decision = { id: "decision-1", choice: "approve", by: APPROVER };

test("a decision that is only in the custom status is kept", () => {
  const instance = { createdAt, customStatus: { waitingFor: null, decision } };
  const next = nextRefundInput({ input, instance, history: [] });
  expect(next.former).toEqual({ begunAt: createdAt.toISOString(), decision });
  expect(refundInput.parse(next)).toEqual(next);
});

test("without a history and a decision, it starts again", () => {
  for (const customStatus of [null, "", { waitingFor: APPROVER }, { decision: { choice: "approve" } }]) {
    expect(nextRefundInput({ input, instance: { createdAt, customStatus }, history: [] })).toEqual(input);
  }
});

test.each([
  [true, { ...input, isWithinLimit: true }],
  [false, input],
])("the result of the limit check is kept: %s", (isWithinLimit, expected) => {
  const checked = { EventType: "TaskCompleted", FunctionName: "checkLimit", Result: { isWithinLimit } };
  const next = nextRefundInput({ input, instance: { createdAt, customStatus: null }, history: [checked] });
  expect(next).toEqual(expected);
  expect(nextRefundInput({ input: next, instance: { createdAt, customStatus: null }, history: [] })).toEqual(
    expected,
  );
});

const asked = (kind: "TaskCompleted" | "TaskFailed", ScheduledTime: string) => ({
  EventType: kind,
  FunctionName: "askForDecision",
  ScheduledTime,
  Timestamp: ScheduledTime,
});
const FIRST = "2026-11-24T10:00:01.000Z";
const RETRY = "2026-11-24T10:00:05.000Z";
const SECOND_ROUND = "2026-11-27T10:00:01.000Z";

test.each([
  [
    "after a question, the first round keeps its start time",
    [asked("TaskCompleted", FIRST)],
    { begunAt: FIRST },
  ],
  [
    "also after a question and its retry",
    [asked("TaskFailed", FIRST), asked("TaskCompleted", RETRY)],
    { begunAt: FIRST },
  ],
  [
    "a question after a completed one begins the second round",
    [asked("TaskCompleted", FIRST), asked("TaskCompleted", SECOND_ROUND)],
    { begunAt: FIRST, escalatedAt: SECOND_ROUND },
  ],
  ["a round in which no mail could be sent starts again", [asked("TaskFailed", FIRST)], undefined],
])("%s", (_, history, former) => {
  const instance = { createdAt, customStatus: null };
  expect(nextRefundInput({ input, instance, history }).former).toEqual(former);
});
