import { describe, expect, test } from "vitest";
import { deterministicFraction } from "../../../src/durable/orchestration/deterministic-fraction.ts";
import { Problem } from "../../../src/http/problem.ts";
import { validate } from "../../../src/http/read-request.ts";
import { watchRequest, type WatchState } from "../../../src/patterns/shipment-monitor/shipment.contract.ts";
import {
  afterCheck,
  endOf,
  firstState,
  isOverdue,
  nextCheck,
} from "../../../src/patterns/shipment-monitor/watch/state.ts";

const NOW = new Date("2027-03-01T08:00:00Z");
const INTERVALS = { watchId: "w", minInterval: "PT1M", maxInterval: "PT1H" };
const state = (change: Partial<WatchState>) => ({ ...firstState(NOW, "P30D"), ...change });
const minutes = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 60_000;

describe("the next check", () => {
  test("comes after the shortest interval if there is news; without news the interval grows, up to the longest one", () => {
    const intervals = Array.from({ length: 12 }, (_, quietChecks) =>
      minutes(NOW, nextCheck(state({ quietChecks, checks: quietChecks }), NOW, INTERVALS)),
    );
    expect(intervals[0]).toBe(1);
    for (const [quietChecks, interval] of intervals.entries()) {
      const grown = Math.min(60, 2 ** quietChecks);
      expect(interval).toBeLessThanOrEqual(grown);
      expect(interval).toBeGreaterThanOrEqual(Math.max(1, grown * 0.75));
    }
  });

  test("is at least two seconds later, because a timer of one second may fire immediately", () => {
    const quick = { watchId: "w", minInterval: "PT1S", maxInterval: "PT1S" };
    expect(nextCheck(state({}), NOW, quick)).toEqual(new Date(NOW.getTime() + 2000));
  });

  test("differs between watches, and is always the same for one watch", () => {
    const quiet = state({ quietChecks: 20, checks: 20 });
    const due = (watchId: string) => nextCheck(quiet, NOW, { ...INTERVALS, watchId }).getTime();
    const moments = Array.from({ length: 100 }, (_, index) => due(`watch-${index}`));
    expect(new Set(moments).size).toBeGreaterThan(95);
    expect(Math.max(...moments) - Math.min(...moments)).toBeGreaterThan(10 * 60_000);
    expect(due("watch-7")).toBe(moments[7]);
  });

  test("is never after the deadline", () => {
    const late = new Date("2027-03-31T07:59:30Z");
    expect(nextCheck(state({ quietChecks: 20 }), late, INTERVALS)).toEqual(new Date("2027-03-31T08:00:00Z"));
  });
});

test("checks since the last piece of news count as quiet", () => {
  const at = NOW.toISOString();
  const look = (scan: number) =>
    ({ kind: "done", value: { scan, state: "inTransit", place: "Berlin", at } }) as const;
  const silence = { kind: "failed", error: new Error("no answer") } as const;
  let watched = state({});
  const quiet = [look(1), look(1), silence, look(1), look(2), look(2)].map((seen) => {
    watched = afterCheck(watched, seen);
    return watched.quietChecks;
  });
  expect(quiet).toEqual([0, 1, 2, 3, 0, 1]);
  expect(watched.checks).toBe(6);
});

test.each([
  ["delivered", 2, false, "delivered"],
  // The customer was not notified yet.
  ["delivered", 1, false, undefined],
  ["delivered", 1, true, "delivered"],
  ["inTransit", 2, false, undefined],
  ["inTransit", 2, true, "overdue"],
] as const)("a parcel that is %s, notified up to scan %i, overdue: %s, ends its watch as %s", (...row) => {
  const [place, toldScan, overdue, end] = row;
  const last = { scan: 2, state: place, place: "Berlin", at: NOW.toISOString() };
  expect(endOf(state({ last, toldScan }), overdue)).toBe(end);
});

test("a timer that fires up to a second early has reached the deadline", () => {
  expect(isOverdue(state({}), new Date("2027-03-31T07:59:59.000Z"))).toBe(true);
  expect(isOverdue(state({}), new Date("2027-03-31T07:59:58.999Z"))).toBe(false);
});

test("texts are distributed evenly", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let index = 0; index < 10_000; index++) {
    const tenth = Math.floor(deterministicFraction(`order-${index}`) * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

describe("a request to watch", () => {
  const notify = "customer@example.com";
  test.each([
    [{}, ["PT15M", "PT6H", "P30D"]],
    [{ minInterval: "P1D" }, ["P1D", "P1D", "P30D"]],
    [{ maxInterval: "PT10S" }, ["PT10S", "PT10S", "P30D"]],
    [{ minInterval: "PT1S", maxInterval: "PT2S", deadline: "PT1M" }, ["PT1S", "PT2S", "PT1M"]],
  ])("with %j has the intervals and the deadline %j", (given, [minInterval, maxInterval, deadline]) => {
    expect(validate(watchRequest, { notify, ...given }, "body")).toEqual({
      notify,
      minInterval,
      maxInterval,
      deadline,
    });
  });

  test.each([
    [{ minInterval: "PT2H", maxInterval: "PT1H" }, "/maxInterval"],
    [{ minInterval: "PT0S" }, "/minInterval"],
    [{ maxInterval: "P6D" }, "/maxInterval"],
    [{ deadline: "P61D" }, "/deadline"],
    [{ deadline: "72h" }, "/deadline"],
    [{ deadline: 3600 }, "/deadline"],
    [{ notify: "nobody" }, "/notify"],
    [{ notify: "a@example.com\r\nBcc: b@example.com" }, "/notify"],
    [{ notify: undefined }, "/notify"],
    [{ watchId: "mine" }, "/watchId"],
  ])("with %j is refused at %s", (given, pointer) => {
    const pointers = () => {
      try {
        validate(watchRequest, { notify, ...given }, "body");
        return [];
      } catch (error) {
        return error instanceof Problem ? error.errors.map((field) => field.pointer) : [String(error)];
      }
    };
    expect(pointers()).toEqual([pointer]);
  });
});
