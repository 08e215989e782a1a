import { expect, test } from "vitest";
import { parseSchedule } from "../../src/triggers/schedule.ts";

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
  ["25:00:00:00", "UTC", "2026-12-19T12:00:00.000Z"],
  // Hours end at 23, so .NET reads the first number as days.
  ["24:00:00", "UTC", "2026-12-18T12:00:00.000Z"],
  ["0 0 0 * * Monday", "UTC", "2026-11-30T00:00:00.000Z"],
  ["0 0 0 1 JANUARY *", "UTC", "2027-01-01T00:00:00.000Z"],
  ["0 0 0 1 M *", "UTC", "2027-03-01T00:00:00.000Z"],
  ["0 0 22-13 * * *", "UTC", "2026-11-24T13:00:00.000Z"],
  ["0 50/4 * * * *", "UTC", "2026-11-24T12:50:00.000Z"],
  ["*/90 * * * * *", "UTC", "2026-11-24T12:01:00.000Z"],
])("%s in %s", (expression, timeZone, due) => {
  expect(new Date(parseSchedule(expression, timeZone).next(NOON) ?? 0).toISOString()).toBe(due);
});

test.each([
  "0 0 12 L * *",
  "0 0 0 15W * *",
  "0 0 0 * * MON#2",
  "0 0 0 ? * MON",
  "0 0 0 * * 7",
  "@daily",
  "2026-12-01T00:00:00",
  "61 * * * * *",
  "0 0 0 0 * *",
  "0 , * * * *",
  "0 */x * * * *",
  "0 0 0 1 1 * 2030",
  "00:60",
  "24:00",
  "00:00:00",
  "",
])("%s is refused, as by the Functions host", (expression) => {
  expect(() => parseSchedule(expression, "UTC")).toThrow(`"${expression}" is not a schedule: `);
});

test("a day that does not exist in any month is never due", () => {
  expect(parseSchedule("0 0 0 31 2 *", "UTC").next(NOON)).toBeUndefined();
});

test("an invalid schedule is refused, and the message quotes it", () => {
  expect(() => parseSchedule("every day", "UTC")).toThrow(/^"every day" is not a schedule: /);
});
