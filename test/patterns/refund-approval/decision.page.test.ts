import { OrchestrationRuntimeStatus } from "durable-functions";
import { expect, test } from "vitest";
import { closedReason } from "../../../src/patterns/refund-approval/decision/decision.link.ts";
import { decidedPage, questionPage } from "../../../src/patterns/refund-approval/decision/decision.page.ts";

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
])("an accepted decision is a page with 200, already recorded or not: %s", (isRecorded, text) => {
  const { status, body } = decidedPage(refund, "approve", isRecorded);
  expect([status, body]).toEqual([200, expect.stringContaining(text)]);
});

test.each([
  [OrchestrationRuntimeStatus.Failed, "This refund has failed; the shop is repairing it"],
  [OrchestrationRuntimeStatus.Terminated, "This refund was closed without a decision"],
])("a refund that has ended as %s has this message", (runtimeStatus, text) => {
  expect(closedReason({ ...refund, runtimeStatus }, 1)).toBe(text);
});

test("the question shows the refund, and what was charged and refunded for the order", () => {
  const entry = (kind: "charge" | "refund", value: number, currency = "EUR") => ({
    kind,
    amount: { value, currency },
    at: "2027-03-01T08:00:00.000Z",
    id: `${kind}-${value}`,
  });
  const entries = [entry("charge", 5500), entry("refund", 1000), entry("charge", 9900, "USD")];
  const status = { waitingFor: "approver@example.com", deadline: "2027-03-04T08:00:00.000Z" };
  const { body } = questionPage({ ...refund, status } as never, entries as never);
  expect(body).toContain("<code>order-1</code>");
  expect(body).toContain("<dd>Torn</dd>");
  expect(body).toMatch(/55\.00\D+charged,\D+10\.00\D+given back/);
});
