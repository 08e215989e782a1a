import { EventType, type ReplayedEpisode, type ScheduledEvent } from "durable-local-host/replay";
import { expect, test } from "vitest";
import { compareEpisode } from "../src/core/compare.ts";
import type { RecordedEpisode } from "../src/core/episodes.ts";

/** Single calls, as the history has them and as a replay makes them. */

const EPISODE = { number: 3, rewound: new Set<number>(), ended: undefined, isLast: false };

/** What differs between one recorded event and one scheduled call; undefined if nothing does. */
function difference(
  event: object | undefined,
  work: object | undefined,
  parts: object = {},
): string | undefined {
  const scheduled = (event === undefined ? [] : [{ EventId: 0, ...event }]) as unknown as ScheduledEvent[];
  const found = {
    scheduled: work === undefined ? [] : [{ id: 0, ...work }],
    completion: undefined,
    ...parts,
  };
  const recorded = { ...EPISODE, scheduled, ...parts } as unknown as RecordedEpisode;
  return compareEpisode(recorded, found as unknown as ReplayedEpisode)?.what;
}

const activity = (Name: string, input: unknown) => ({
  EventType: EventType.TaskScheduled,
  Name,
  Input: JSON.stringify([JSON.stringify(input)]),
});
const child = (parts: object) => ({
  EventType: EventType.SubOrchestrationInstanceCreated,
  Name: "child",
  InstanceId: "a",
  Input: null,
  ...parts,
});
const childCall = (parts: object) => ({
  kind: "subOrchestration",
  name: "child",
  instanceId: "a",
  input: null,
  ...parts,
});
const signal = (target: string, op: string, due?: string) => {
  const [name, message] = [due === undefined ? "op" : `op@${due}`, JSON.stringify({ op, input: "1" })];
  return [
    { EventType: EventType.EventSent, InstanceId: target, Name: name, Input: message },
    { kind: "event", instanceId: target, name, input: message },
  ] as const;
};

test("the case of a function's name makes no difference, another name does", () => {
  const call = { kind: "activity", name: "PRICE", input: "1" };
  expect(difference(activity("price", 1), call)).toBeUndefined();
  expect(difference(activity("prices", 1), call)).toBe("name");
});

test("the order of an object's keys makes no difference, their values do", () => {
  const call = { kind: "activity", name: "price", input: '{"b":[{"d":4,"c":3}],"a":1}' };
  expect(difference(activity("price", { a: 1, b: [{ c: 3, d: 4 }] }), call)).toBeUndefined();
  expect(difference(activity("price", { a: 2, b: [{ c: 3, d: 4 }] }), call)).toBe("input");
  expect(difference(activity("price", { a: 1, b: [{ c: 3, d: 4 }, 5] }), call)).toBe("input");
});

test("the version and the instance id of a sub-orchestration", () => {
  expect(difference(child({ Version: "1.0" }), childCall({ version: "1.0" }))).toBeUndefined();
  expect(difference(child({ Version: "1.0" }), childCall({ version: "2.0" }))).toBe("version");
  expect(difference(child({ Version: "1.0" }), childCall({}))).toBe("version");
  expect(difference(child({}), childCall({ instanceId: "b" }))).toBe("instance id");
});

test("the key, the operation and the due time of a signal", () => {
  const [recorded, call] = signal("@counter@all", "add");
  expect(difference(recorded, call)).toBeUndefined();
  expect(difference(recorded, signal("@counter@ALL", "add")[1])).toBe("name");
  expect(difference(recorded, signal("@counter@all", "Add")[1])).toBe("name");
  const [due] = signal("@counter@all", "add", "2026-11-27T10:00:00Z");
  expect(difference(due, signal("@counter@all", "add", "2026-11-27T10:00:00Z")[1])).toBeUndefined();
  expect(difference(due, signal("@counter@all", "add", "2026-11-27T11:00:00Z")[1])).toBe("due time");
});

test("an end is a difference, except where the last episode goes on with new work", () => {
  const ended = { EventType: EventType.ExecutionCompleted, EventId: 1, OrchestrationStatus: 1 };
  const call = { kind: "activity", name: "price", input: "1" };
  expect(difference(undefined, undefined, { ended, isLast: true })).toBe("end");
  expect(difference(undefined, call, { ended, isLast: true })).toBeUndefined();
  expect(difference(undefined, undefined, { ended, isLast: false })).toBe("end");
});
