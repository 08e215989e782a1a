import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { VirtualClock } from "../src/virtual-clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("does not move until requested", async () => {
  const clock = new VirtualClock(0);
  await setImmediate();
  expect(clock.now()).toBe(0);
  await clock.advance(DAY);
  expect(clock.now()).toBe(DAY);
});

test("rings in due order, at the due instant, and in order of setting where instants are equal", async () => {
  const clock = new VirtualClock(0);
  const rung: [string, number][] = [];
  const set = (name: string, instant: number) => clock.at(instant, () => rung.push([name, clock.now()]));
  set("late", 72 * HOUR);
  set("first of two", 4 * HOUR);
  set("second of two", 4 * HOUR);
  set("early", HOUR);
  await clock.advanceTo(5 * HOUR);
  expect(rung).toEqual([
    ["early", HOUR],
    ["first of two", 4 * HOUR],
    ["second of two", 4 * HOUR],
  ]);
  expect(clock.now()).toBe(5 * HOUR);
  expect(clock.nextDue).toBe(72 * HOUR);
});

test("an alarm that another one sets during a move rings in the same move, in order", async () => {
  const clock = new VirtualClock(0);
  const rung: string[] = [];
  clock.at(10, () => {
    rung.push("a");
    clock.at(20, () => rung.push("set by a"));
  });
  clock.at(30, () => rung.push("b"));
  await clock.advance(100);
  expect(rung).toEqual(["a", "set by a", "b"]);
});

test("waits for the effects of an alarm before the next one rings", async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  let work = Promise.resolve();
  clock.waitWith(() => work);
  clock.at(10, () => {
    work = setImmediate().then(() => void seen.push(`work done at ${clock.now()}`));
  });
  clock.at(20, () => seen.push("next"));
  await clock.advance(50);
  expect(seen).toEqual(["work done at 10", "next"]);
});

test("a cancelled alarm does not ring, whenever and how often it is cancelled", async () => {
  const clock = new VirtualClock(0);
  let rung = 0;
  const alarms = [5, 5, 5].map((instant) => clock.at(instant, () => (rung += 1)));
  alarms[1]?.cancel();
  alarms[1]?.cancel();
  await clock.advance(10);
  alarms[0]?.cancel();
  expect(rung).toBe(2);
});

test("an alarm cancelled by one of the same instant does not ring", async () => {
  const clock = new VirtualClock(0);
  let rung = false;
  clock.at(5, () => second.cancel());
  const second = clock.at(5, () => (rung = true));
  await clock.advance(10);
  expect(rung).toBe(false);
});

test("an alarm in the past rings with the next move, without turning time back", async () => {
  const clock = new VirtualClock(1000);
  let at = 0;
  clock.at(10, () => (at = clock.now()));
  await clock.advance(0);
  expect(at).toBe(1000);
});

test("jumps from due time to due time until done, or until nothing more is due", async () => {
  const clock = new VirtualClock(0);
  let days = 0;
  const nextDay = () => {
    days += 1;
    clock.at(clock.now() + DAY, nextDay);
  };
  const alarm = clock.at(DAY, nextDay);
  expect(await clock.jumpUntil(() => days === 30)).toBe(true);
  expect(clock.now()).toBe(30 * DAY);
  alarm.cancel();

  const empty = new VirtualClock(0);
  expect(await empty.jumpUntil(() => false)).toBe(false);
});

test("a schedule rings when time passes it, but time does not move only for a schedule", async () => {
  const clock = new VirtualClock(0);
  const rung: string[] = [];
  const hourly = () => {
    rung.push(`schedule at ${clock.now() / HOUR}`);
    clock.at(clock.now() + HOUR, hourly, "schedule");
  };
  clock.at(HOUR, hourly, "schedule");
  expect(await clock.jumpUntil(() => false)).toBe(false);
  expect(await clock.jump()).toBe(false);
  expect(clock.now()).toBe(0);

  clock.at(2.5 * HOUR, () => rung.push("timer"));
  expect(await clock.jumpUntil(() => false)).toBe(false);
  expect(rung).toEqual(["schedule at 1", "schedule at 2", "timer"]);
});

test("resolves when an alarm is set, and jumps once", async () => {
  const clock = new VirtualClock(0);
  const due = clock.whenDue().then(() => "due");
  clock.at(HOUR, () => undefined, "schedule").cancel();
  const alarm = clock.at(HOUR, () => undefined);
  clock.at(2 * HOUR, () => undefined);
  expect(await due).toBe("due");
  alarm.cancel();
  await clock.whenDue();
  expect(await clock.jump()).toBe(true);
  expect(clock.now()).toBe(2 * HOUR);
  expect(await clock.jump()).toBe(false);
});

test("two simultaneous moves run in sequence", async () => {
  const clock = new VirtualClock(0);
  const rung: number[] = [];
  for (const instant of [5, 15]) clock.at(instant, () => rung.push(clock.now()));
  await Promise.all([clock.advance(10), clock.advance(10)]);
  expect(rung).toEqual([5, 15]);
  expect(clock.now()).toBe(20);
});

test("refuses to turn time back", async () => {
  await expect(new VirtualClock(100).advanceTo(50)).rejects.toThrow("forward only");
});
