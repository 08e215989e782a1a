import { OrchestrationRuntimeStatus } from "durable-functions";
import { expect, test } from "vitest";
import { whyClosed } from "../../../src/patterns/refund-approval/decision/decision.link.ts";
import { decidedPage } from "../../../src/patterns/refund-approval/decision/decision.page.ts";

const refund = {
  instanceId: "refund-1",
  runtimeStatus: OrchestrationRuntimeStatus.Running,
  createdAt: new Date(),
  updatedAt: new Date(),
  input: {
    orderId: "order-1",
    amount: { value: 5500, currency: "EUR" },
    reason: "Torn",
    approver: "approver@example.com",
    escalateTo: "second@example.com",
    deadline: "PT72H",
    origin: "https://shop.example",
  },
};

test.each([
  [true, "You have approved"],
  [false, "will be recorded shortly"],
])("a decision that was handed in is a page with 200, recorded by now or not: %s", (isRecorded, text) => {
  const { status, body } = decidedPage(refund, "approve", isRecorded);
  expect([status, body]).toEqual([200, expect.stringContaining(text)]);
});

test.each([
  [OrchestrationRuntimeStatus.Failed, "This refund has failed; the shop is repairing it"],
  [OrchestrationRuntimeStatus.Terminated, "This refund was closed without a decision"],
])("a refund that has ended as %s says so", (runtimeStatus, text) => {
  expect(whyClosed({ ...refund, runtimeStatus }, 1)).toBe(text);
});
