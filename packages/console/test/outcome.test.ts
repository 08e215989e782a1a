import { expect, test } from "vitest";
import { outcomeOf } from "../src/page/parts/outcome.ts";

test.each<[unknown, string, string]>([
  [{ kind: "confirmed", total: {}, paymentId: "p" }, "confirmed", "wished"],
  [{ kind: "paymentDeclined", reason: "Card was declined", undone: [] }, "paymentDeclined", "other"],
  [{ kind: "undeliverable", reason: "No address", undone: ["refundPayment"] }, "undeliverable", "undone"],
  [{ kind: "approved", decidedBy: "a", refundId: "r" }, "approved", "wished"],
  [{ kind: "rejected", decidedBy: "a" }, "rejected", "other"],
  [{ kind: "expired", decidedBy: "nobody" }, "expired", "other"],
  [{ kind: "notRefundable", decidedBy: "a", reason: "Too late" }, "notRefundable", "other"],
  [{ kind: "rendered", photos: 2, failures: [] }, "rendered", "wished"],
  [{ kind: "imported", applied: 3, failed: 1 }, "imported", "wished"],
  [{ kind: "rolledBack", undone: 2 }, "rolledBack", "undone"],
  [{ kind: "reported" }, "reported", "wished"],
  [{ status: "timed_out" }, "timed_out", "other"],
  [{ outcome: "DECLINED" }, "DECLINED", "other"],
  [{ status: "ok", error: null, undone: 0 }, "ok", "wished"],
  [{ kind: 1, status: "notable" }, "notable", "wished"],
])("%j is %s, %s", (result, word, tone) => {
  expect(outcomeOf(result)).toEqual({ word, tone });
});

test.each([
  null,
  1,
  "declined",
  ["declined"],
  {},
  { kind: "a sentence, with a comma" },
  { kind: "x".repeat(41) },
])("%j names no outcome", (result) => expect(outcomeOf(result)).toBeUndefined());
