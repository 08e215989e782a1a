import { expect, test } from "vitest";
import { timeSpanMs } from "../../src/app/time-span.ts";

const HOUR = 3_600_000;

test.each([
  ["10", 240 * HOUR],
  ["1:30", 1.5 * HOUR],
  ["23:59:59", 24 * HOUR - 1000],
  ["24:00:00", 24 * 24 * HOUR],
  ["1:02:03:04", 26 * HOUR + 184_000],
  ["1.02:03", 26 * HOUR + 180_000],
  ["1.02:03:04.5", 26 * HOUR + 184_500],
  ["00:00:00.1000000", 100],
])("%s", (text, milliseconds) => {
  expect(timeSpanMs(text)).toBe(milliseconds);
});

test.each([
  "",
  "-1",
  "-00:00:01",
  "24:00",
  "00:60:00",
  "00:00:60",
  "1.24:00:00",
  "1:2:3:4:5",
  "1:30.5",
  "an hour",
  5,
])("%s is not a time span", (value) => {
  expect(timeSpanMs(value)).toBeUndefined();
});
