import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { wrongFilter } from "../../tools/test-filters.ts";

const FILES = [
  "test/patterns/order-chaining/order.test.ts",
  "test/e2e/order.e2e.ts",
  "packages/local-host/test/random/random-schedules.test.ts",
];

test.each([
  "order",
  "Order",
  "test/e2e",
  "./test/e2e/order.e2e.ts",
  "test\\e2e",
  path.join(ROOT, "test", "e2e"),
  "random-schedules.test.ts:70",
])("%s is in the path of a test", (filter) => {
  expect(wrongFilter([filter], FILES)).toBeUndefined();
});

test.each([
  ["ordr", " Names like it: order."],
  ["order-chainning", " Names like it: order-chaining."],
  ["test/random/randomschedules.test.ts", " Names like it: random-schedules."],
  ["refund", ""],
])("%s is in no path", (filter, like) => {
  expect(wrongFilter(["order", filter], FILES)).toBe(`No test file has "${filter}" in its path.${like}`);
});
