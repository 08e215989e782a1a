import { OrchestrationRuntimeStatus } from "durable-functions";
import { expect, test } from "vitest";
import { INITIAL_PROGRESS } from "../../../src/patterns/refund-approval/refund.contract.ts";
import { closedReason } from "../../../src/patterns/refund-approval/decision/decision.link.ts";
import {
  decidedPage,
  questionPage,
  sentPage,
} from "../../../src/patterns/refund-approval/decision/decision.page.ts";

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
  ["recorded", decidedPage(refund, "approve"), "You have approved"],
  ["recorded as a rejection", decidedPage(refund, "reject"), "<h1>Rejected</h1>"],
  ["not recorded yet", sentPage(refund), "will be recorded shortly"],
])("an accepted decision, %s, is a page with 200", (_, { status, body }, text) => {
  expect([status, body]).toEqual([200, expect.stringContaining(text)]);
});

const { Running, Completed, Failed, Terminated } = OrchestrationRuntimeStatus;
const given = { kind: "approved", decidedBy: "approver@example.com", refundId: "refund-1" } as const;
const notGiven = { kind: "notRefundable", decidedBy: "approver@example.com", reason: "Too little" } as const;

test.each([
  ["that has given the money back", Completed, given, "Approved", "The money was given back"],
  ["that could not", Completed, notGiven, "Not refundable", "No money was given back: Too little"],
  ["that has failed", Failed, undefined, "Approved", "It has failed since; the shop is repairing it"],
  [
    "that was closed",
    Terminated,
    undefined,
    "Approved",
    "closed before it was known whether money was given back",
  ],
  [
    "that still runs",
    Running,
    undefined,
    "Approved",
    "The money is given back if enough is left of the order",
  ],
])("an approved refund %s says so, after the decision and later", (_, runtimeStatus, output, title, text) => {
  const decision = { id: "1", choice: "approve", by: "approver@example.com" } as const;
  const ended = {
    ...refund,
    runtimeStatus,
    status: { ...INITIAL_PROGRESS, decision },
    ...(output && { output }),
  };
  expect(decidedPage(ended, "approve").body).toContain(`<h1>${title}</h1>`);
  expect(decidedPage(ended, "approve").body).toContain(text);
  expect(closedReason(ended, 1)).toContain(`approver@example.com has approved it. `);
  expect(closedReason(ended, 1)).toContain(text);
});

test.each([
  [OrchestrationRuntimeStatus.Failed, "This refund has failed; the shop is repairing it"],
  [OrchestrationRuntimeStatus.Terminated, "This refund was closed without a decision"],
])("a refund that has ended as %s has this message", (runtimeStatus, text) => {
  expect(closedReason({ ...refund, runtimeStatus }, 1)).toBe(text);
});

test("a refund that waits for nobody yet accepts no decision", () => {
  expect(closedReason({ ...refund, status: INITIAL_PROGRESS }, 1)).toBe(
    "There is nothing to decide at the moment",
  );
});

const entry = (kind: "charge" | "refund", value: number, currency = "EUR") => ({
  kind,
  amount: { value, currency },
  at: "2027-03-01T08:00:00.000Z",
  id: `${kind}-${value}`,
});

const WARNING = "an approval would give nothing back";
const waiting = {
  ...refund,
  status: { ...INITIAL_PROGRESS, waitingFor: "approver@example.com", deadline: "2027-03-04T08:00:00.000Z" },
};

test("the question warns of an approval that would give nothing back, but not about all that is left", () => {
  const bodyWith = (charged: number) =>
    questionPage(waiting, [entry("charge", charged), entry("refund", 2000)] as never).body;
  expect(bodyWith(7500)).not.toContain(WARNING);
  expect(bodyWith(7499)).toContain(WARNING);
});

test("the question shows the refund, and what was charged and refunded for the order", () => {
  const entries = [entry("charge", 5500), entry("refund", 1000), entry("charge", 9900, "USD")];
  const { body } = questionPage(waiting, entries as never);
  expect(body).toContain("<code>order-1</code>");
  expect(body).toContain("<dd>Torn</dd>");
  expect(body).toMatch(/Decide until<\/dt>\s*<dd>4 Mar 2027, 08:00 UTC/);
  expect(body).toMatch(/55\.00\D+charged,\D+10\.00\D+given back/);
});
