import { expect, test } from "vitest";
import { sum } from "../../src/services/money.ts";

const euro = (value: number) => ({ value, currency: "EUR" });

test("amounts of one currency add up", () => {
  expect(sum([euro(1), euro(299), euro(0)])).toEqual(euro(300));
});

test("amounts of several currencies do not", () => {
  expect(() => sum([euro(1), { value: 1, currency: "CHF" }])).toThrow("several currencies");
});

test("nothing has no sum, for it has no currency", () => {
  expect(() => sum([])).toThrow("Nothing to add up");
});
