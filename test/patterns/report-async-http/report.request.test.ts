import { describe, expect, test } from "vitest";
import { daysOf, isWithin, percentBefore } from "../../../src/patterns/report-async-http/figures/period.ts";
import { reportRequest } from "../../../src/patterns/report-async-http/report.contract.ts";
import { NOVEMBER } from "./reports.ts";

const pointers = (body: unknown) =>
  reportRequest.safeParse(body).error?.issues.map(({ path, code }) => [path.join("/"), code].join(" "));

describe("a request", () => {
  test.each([
    [NOVEMBER],
    [{ ...NOVEMBER, from: "2026-11-30" }],
    [{ ...NOVEMBER, from: "2026-11-30T10:00:00Z" }],
    [{ ...NOVEMBER, from: "2025-12-01", groupBy: "sku" }],
  ])("%j is accepted", (body) => {
    expect(pointers(body)).toBeUndefined();
  });

  test.each([
    [{ ...NOVEMBER, from: "2026-12-01" }, ["to custom"]],
    [{ ...NOVEMBER, from: "2024-01-01" }, ["to custom"]],
    [{ ...NOVEMBER, from: "2026-02-30" }, ["from invalid_union"]],
    [{ ...NOVEMBER, from: "2026-11-01T00:00:00+01:00" }, ["from invalid_union"]],
    [{ ...NOVEMBER, from: `2026-11-01T00:00:00.${"0".repeat(40)}Z` }, ["from invalid_union"]],
    [{ ...NOVEMBER, from: 20261101 }, ["from invalid_union"]],
    [{ ...NOVEMBER, groupBy: "hour" }, ["groupBy invalid_value"]],
    [{ ...NOVEMBER, orderBy: "day" }, [" unrecognized_keys"]],
    [{}, ["from invalid_union", "to invalid_union", "groupBy invalid_value"]],
  ])("%j is refused at %j", (body, expected) => {
    expect(pointers(body)).toEqual(expected);
  });
});

test.each([
  ["2026-10-01", "Must be after from"],
  ["2028-11-01", "Must be at most 366 days after from"],
])("a report up to %s has the message: %s", (to, message) => {
  expect(reportRequest.safeParse({ ...NOVEMBER, to }).error?.issues[0]?.message).toBe(message);
});

describe("a period", () => {
  test("of days includes the last day, a period of times excludes its end", () => {
    expect(daysOf(NOVEMBER)).toEqual({ length: 30, firstDay: "2026-11-01", lastDay: "2026-11-30" });
    const times = { from: "2026-11-01T12:00:00Z", to: "2026-11-03T00:00:00Z" };
    expect(daysOf(times)).toEqual({ length: 2, firstDay: "2026-11-01", lastDay: "2026-11-02" });
    expect(isWithin(NOVEMBER, "2026-11-30T23:59:59.999Z")).toBe(true);
    expect(isWithin(NOVEMBER, "2026-12-01T00:00:00.000Z")).toBe(false);
    expect(isWithin(times, "2026-11-01T11:59:59.999Z")).toBe(false);
    expect(isWithin(times, "2026-11-01T12:00:00.000Z")).toBe(true);
    expect(isWithin(times, "2026-11-03T00:00:00.000Z")).toBe(false);
  });

  test("returns the part before a day", () => {
    expect(percentBefore(NOVEMBER, "2026-11-01")).toBe(0);
    expect(percentBefore(NOVEMBER, "2026-11-16")).toBe(50);
  });
});
