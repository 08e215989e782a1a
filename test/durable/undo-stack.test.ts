import { expect, test } from "vitest";
import { undoSummary } from "../../src/durable/orchestration/undo-stack.ts";

const failed = [{ activity: "releaseStock", message: "storage is full" }];

test.each([
  [{ undone: [], failed: [] }, "undone: nothing"],
  [{ undone: ["refundPayment", "releaseStock"], failed: [] }, "undone: refundPayment, releaseStock"],
  [
    { undone: ["refundPayment"], failed },
    "undone: refundPayment; NOT undone, needs manual repair: releaseStock",
  ],
])("%j has the summary %j", (report, text) => {
  expect(undoSummary(report)).toBe(text);
});
