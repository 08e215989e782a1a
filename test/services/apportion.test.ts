import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apportion } from "../../src/services/apportion.ts";

const amounts = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 10_000_000 })), {
  minLength: 1,
  maxLength: 50,
});
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Amounts and two totals of them, the smaller total first. */
const cases = amounts.chain((amounts) => {
  const total = fc.integer({ min: 0, max: sum(amounts) });
  return fc.tuple(total, total).map(([a, b]) => ({ amounts, less: Math.min(a, b), more: Math.max(a, b) }));
});

describe("parts of a total", () => {
  test("add up to it, and no part is larger than its amount", () => {
    fc.assert(
      fc.property(cases, ({ amounts, less }) => {
        const parts = apportion(less, amounts);
        expect(sum(parts)).toBe(less);
        for (const [index, part] of parts.entries()) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(amounts[index] ?? 0);
        }
      }),
    );
  });

  test("never get smaller when the total grows, so that no difference is negative", () => {
    fc.assert(
      fc.property(cases, ({ amounts, less, more }) => {
        const before = apportion(less, amounts);
        for (const [index, part] of apportion(more, amounts).entries()) {
          expect(part).toBeGreaterThanOrEqual(before[index] ?? 0);
        }
      }),
    );
  });

  test("are in proportion to the amounts, to the cent for two of them", () => {
    fc.assert(
      fc.property(cases, ({ amounts, less }) => {
        const two = amounts.slice(0, 2);
        const total = Math.min(less, sum(two));
        for (const [index, part] of apportion(total, two).entries()) {
          expect(Math.abs(part - (total * (two[index] ?? 0)) / (sum(two) || 1))).toBeLessThan(1);
        }
      }),
    );
  });

  test("of the full total are the full amounts", () => {
    fc.assert(
      fc.property(amounts, (amounts) => {
        expect(apportion(sum(amounts), amounts)).toEqual(amounts);
      }),
    );
  });

  test.each([-1, 4])("of %i in 3 do not exist", (total) => {
    expect(() => apportion(total, [1, 2])).toThrow(RangeError);
  });
});
