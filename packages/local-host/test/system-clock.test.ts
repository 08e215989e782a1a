import { afterEach, expect, test, vi } from "vitest";
import { SystemClock } from "../src/clock.ts";

const START = Date.UTC(2025, 0, 1);
const HOUR_MS = 3_600_000;

afterEach(() => vi.useRealTimers());

function controlled(): { readonly clock: SystemClock; readonly putTo: (time: number) => void } {
  vi.useFakeTimers({ now: START });
  return { clock: new SystemClock(), putTo: (time) => vi.setSystemTime(time) };
}

test("timers still fire if the machine's clock is set back by an hour", () => {
  const { clock, putTo } = controlled();
  const rung: string[] = [];
  clock.at(START + 1000, () => rung.push("set before"));
  vi.advanceTimersByTime(600);
  putTo(START + 600 - HOUR_MS);
  expect(clock.now()).toBe(START + 600);
  clock.at(START + 2000, () => rung.push("set after"));
  vi.advanceTimersByTime(399);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(rung).toEqual(["set before"]);
  vi.advanceTimersByTime(1000);
  expect(rung).toEqual(["set before", "set after"]);
});

test("if the machine's clock is set forward, the host's clock follows it and then continues normally", () => {
  const { clock, putTo } = controlled();
  putTo(START + HOUR_MS);
  expect(clock.now()).toBe(START + HOUR_MS);
  vi.advanceTimersByTime(10);
  expect(clock.now()).toBe(START + HOUR_MS + 10);
});
