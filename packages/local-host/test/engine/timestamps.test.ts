import { expect, test } from "vitest";
import { toTimestamp } from "../../src/engine/history/timestamps.ts";

test.each([
  [0, "2026-01-01T00:00:00.0000000Z"],
  [7, "2026-01-01T00:00:00.0000007Z"],
  [9999, "2026-01-01T00:00:00.0009999Z"],
])("%d ticks are the last of seven digits", (ticks, text) => {
  expect(toTimestamp(Date.UTC(2026, 0, 1), ticks)).toBe(text);
});
