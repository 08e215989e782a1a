import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../../src/durable/orchestration/contract.ts";

/** One wait of a program. Durations are in milliseconds from its start. */
export type Op =
  /** Takes every event of the name until the time is over. */
  | { kind: "collect"; event: "a" | "b"; length: number }
  /** The same, with an inbox: received events are read before each race. */
  | { kind: "inbox"; event: "a" | "b"; length: number }
  /** One event against one timer. */
  | { kind: "race"; event: "a" | "b"; length: number }
  /** All events of both names, up to this total number; checks them at intervals. */
  | { kind: "rest"; events: number; length: number }
  | { kind: "sleep"; length: number }
  | { kind: "work" };

/** The received value and its time: an event's value, or `due`. */
export type Seen = [what: string, at: number];

export const named = {
  a: defineEvent("a", { payload: type<{ value: string }>() }),
  b: defineEvent("b", { payload: type<{ value: string }>() }),
};
export const work = defineActivity("work", { input: type<{ n: number }>(), output: type<void>() });
export const failing = defineActivity("failing", { input: type<{ n: number }>(), output: type<void>() });
export const program = defineOrchestration("program", {
  input: type<{ ops: Op[] }>(),
  output: type<Seen[]>(),
  status: type<null>(),
});
export const callAgainstTimer = defineOrchestration("callAgainstTimer", {
  input: type<{ days: number; retried: boolean }>(),
  output: type<string>(),
  status: type<null>(),
});
export const betweenRaces = defineOrchestration("betweenRaces", {
  input: type<{ hours: number }>(),
  output: type<string[]>(),
  status: type<null>(),
});
