import { expect, test } from "vitest";
import { deterministicFraction } from "../../src/durable/orchestration/deterministic-fraction.ts";

// Running instances have used these numbers: another number for a text would change their histories.
test.each([
  ["", 0.6689221884589642],
  ["a", 0.10352621669881046],
  ["order-1", 0.5703179007396102],
  ["parcel PP0000000002", 0.4473869849462062],
])("the number of %j does not change", (text, fraction) => {
  expect(deterministicFraction(text)).toBe(fraction);
});
