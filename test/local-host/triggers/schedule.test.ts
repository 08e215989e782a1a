import { expect, test } from "vitest";
import { parseSchedule } from "../../../local-host/triggers/schedule.ts";

const NOON = Date.UTC(2026, 10, 24, 12);

test.each([
  ["0 */5 * * * *", "UTC", "2026-11-24T12:05:00.000Z"],
  ["*/10 * * * * *", "UTC", "2026-11-24T12:00:10.000Z"],
  ["0 30 9 * * 1-5", "UTC", "2026-11-25T09:30:00.000Z"],
  ["0 0 0 1 * *", "UTC", "2026-12-01T00:00:00.000Z"],
  ["0 0 9 13 * 5", "UTC", "2027-08-13T09:00:00.000Z"],
  ["0 0 8 * Jan,Dec Mon", "UTC", "2026-12-07T08:00:00.000Z"],
  ["30 9 * * *", "UTC", "2026-11-25T09:30:00.000Z"],
  ["0 0 9 * * *", "Europe/Berlin", "2026-11-25T08:00:00.000Z"],
  ["00:00:30", "UTC", "2026-11-24T12:00:30.000Z"],
  ["1.00:00:00", "UTC", "2026-11-25T12:00:00.000Z"],
])("%s in %s", (expression, timeZone, due) => {
  expect(new Date(parseSchedule(expression, timeZone).next(NOON) ?? 0).toISOString()).toBe(due);
});

test("what is no schedule is refused with its text", () => {
  expect(() => parseSchedule("every day", "UTC")).toThrow(/^"every day" is no schedule: /);
});
