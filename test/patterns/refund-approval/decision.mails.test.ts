import { expect, test } from "vitest";
import { questionMail } from "../../../src/patterns/refund-approval/decision/decision.mails.ts";

const mailOf = (number: 1 | 2) =>
  questionMail(
    {
      refundId: "refund-1",
      refund: {
        orderId: "order-1",
        amount: { value: 1000, currency: "EUR" },
        reason: "broken",
        approver: "one@example.com",
        origin: "http://shop.example",
      },
      round: {
        number,
        approver: number === 1 ? "one@example.com" : "two@example.com",
        closesAt: "2027-01-01T00:00:00.000Z",
      },
    } as Parameters<typeof questionMail>[0],
    "token",
  );

test("the first approver is asked, and the mail to the second one contains the reason", () => {
  expect(mailOf(1).text).toMatch(/^A refund above the limit needs your decision\.\n/);
  expect(mailOf(2).text).toMatch(
    /^A refund above the limit needs your decision: one@example\.com did not decide in time\.\n/,
  );
});
