import { expect, test } from "vitest";
import { formatMoney, sum, toDecimal } from "../../src/values.ts";

const euro = (value: number) => ({ value, currency: "EUR" });

test("amounts of one currency add up", () => {
  expect(sum([euro(1), euro(299), euro(0)])).toEqual(euro(300));
});

test("amounts of several currencies do not", () => {
  expect(() => sum([euro(1), { value: 1, currency: "CHF" }])).toThrow("several currencies");
});

test("an empty list has no sum, because it has no currency", () => {
  expect(() => sum([])).toThrow("Nothing to add up");
});

test.each([
  [1299, "EUR", "12.99", "EUR 12.99"],
  [5, "EUR", "0.05", "EUR 0.05"],
  [-1299, "EUR", "-12.99", "EUR -12.99"],
  [123456789, "USD", "1234567.89", "USD 1,234,567.89"],
  [1299, "JPY", "1299", "JPY 1,299"],
  [1299, "KWD", "1.299", "KWD 1.299"],
  [1299, "HUF", "12.99", "HUF 12.99"],
  [1299, "IQD", "1.299", "IQD 1.299"],
  [12990, "CLF", "1.2990", "CLF 1.2990"],
])("%i of %s are %s, for people %s", (value, currency, decimal, words) => {
  expect(toDecimal({ value, currency })).toBe(decimal);
  expect(formatMoney({ value, currency })).toBe(words);
});
