import { expect, test } from "vitest";
import { z } from "zod";
import {
  isoDuration,
  isoMilliseconds,
  parseIsoDuration,
  toMilliseconds,
} from "../../src/durable/orchestration/duration.ts";

test.each([
  ["PT72H", { hours: 72 }],
  ["P3D", { days: 3 }],
  ["P2W", { days: 14 }],
  ["P1DT12H30M", { days: 1, hours: 12, minutes: 30 }],
  ["PT1.5S", { milliseconds: 1500 }],
  ["PT0S", {}],
])("%s is a duration", (text, duration) => {
  expect(isoMilliseconds(text)).toBe(toMilliseconds(duration));
});

test.each([
  "",
  "P",
  "PT",
  "P1DT",
  "72H",
  "P1Y",
  "P1M",
  "PT-1S",
  "P1W2D",
  "PT1,5S",
  "pt1s",
  "PT1S ",
  "PT1e9S",
])("%j is not a duration", (text) => {
  expect(parseIsoDuration(text)).toBeUndefined();
  expect(() => isoMilliseconds(text)).toThrow("Not an ISO 8601 duration");
});

test("a schema accepts durations between its bounds, bounds included", () => {
  const schema = isoDuration("PT1S", "P30D");
  expect(schema.parse("PT1S")).toBe("PT1S");
  expect(schema.parse("P30D")).toBe("P30D");
  for (const text of ["PT0.9S", "P31D", "soon", 5]) {
    expect(schema.safeParse(text).success).toBe(false);
  }
});

test("an invalid duration is not passed to the checks of an outer schema", () => {
  const part = isoDuration("PT1S", "P30D");
  const schema = z.strictObject({ part }).refine(({ part }) => isoMilliseconds(part) > 0);
  expect(schema.safeParse({ part: "soon" }).error?.issues).toMatchObject([{ path: ["part"] }]);
});
