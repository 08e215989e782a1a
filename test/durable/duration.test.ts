import { expect, test } from "vitest";
import { toMilliseconds } from "../../src/durable/orchestration/duration.ts";

test.each([
  [{}, 0],
  [{ milliseconds: 1 }, 1],
  [{ seconds: 1.5 }, 1500],
  [{ minutes: 2, seconds: 3 }, 123_000],
  [{ hours: 72 }, 259_200_000],
  [{ days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, 90_061_001],
])("%j are %d ms", (duration, milliseconds) => {
  expect(toMilliseconds(duration)).toBe(milliseconds);
});

test.each([{ seconds: -1 }, { hours: Number.NaN }, { days: Infinity }])(
  "%j is not a duration",
  (duration) => {
    expect(() => toMilliseconds(duration)).toThrow(RangeError);
  },
);
