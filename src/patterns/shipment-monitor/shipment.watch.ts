import { z } from "zod";
import type { Settled } from "../../durable/orchestration/step.ts";
import { isoMilliseconds } from "../../durable/orchestration/duration.ts";
import { deterministicFraction } from "../../durable/orchestration/deterministic-fraction.ts";

const position = z.strictObject({
  /** Another number is news. */
  scan: z.int().min(0),
  state: z.enum(["announced", "inTransit", "outForDelivery", "delivered", "lost", "returned"]),
  place: z.string(),
  at: z.string(),
});
export type Position = z.infer<typeof position>;

/** What a watch knows by now: all that goes from one execution to the next. */
export const watchState = z.strictObject({
  generation: z.int().min(1),
  checks: z.int().min(0),
  /** Checks since the last news, by which the interval grows. */
  quietChecks: z.int().min(0),
  last: position.nullable(),
  /** The scan of which the customer was told last; 0 before the first. */
  toldScan: z.int().min(0),
  overdueAt: z.iso.datetime(),
});
export type WatchState = z.infer<typeof watchState>;

export type WatchEnd = "delivered" | "lost" | "returned" | "overdue";
/** Custom status of a watch. */
export type WatchProgress = {
  last: Omit<Position, "scan"> | null;
  checks: number;
  nextCheckAt: string | null;
  generation: number;
};
/** `key` tells it from other news of the parcel: with the recipient it makes the mail's idempotency key. */
export type News = { kind: Position["state"] | "overdue"; place: string; key: string };

const GROWTH = 2;
/** Part of the way down to the shortest interval by which a check may come earlier than its turn. */
const JITTER = 0.25;
/** Azure Storage fires timers up to a second early: that close to the deadline is the deadline. */
const TIMER_TOLERANCE_MS = 1000;
/** A timer of one second that fires early is one of no time at all: the carrier was asked ten times a second. */
const SHORTEST_WAIT_MS = 2 * TIMER_TOLERANCE_MS;

export function firstState(now: Date, deadline: string): WatchState {
  const overdueAt = new Date(now.getTime() + isoMilliseconds(deadline)).toISOString();
  return { generation: 1, checks: 0, quietChecks: 0, last: null, toldScan: 0, overdueAt };
}

/** When the watch of a continued execution began. */
export const startOf = (input: { deadline: string; state?: WatchState | undefined }): Date | undefined =>
  input.state && new Date(Date.parse(input.state.overdueAt) - isoMilliseconds(input.deadline));

/** The state after a check; one that the carrier did not answer is a check without news. */
export function checked(state: WatchState, look: Settled<Position>): WatchState {
  const position = look.kind === "done" ? positionOf(look.value) : state.last;
  const isNews = position !== null && position.scan !== state.last?.scan;
  return {
    ...state,
    checks: state.checks + 1,
    quietChecks: isNews ? 0 : state.quietChecks + 1,
    last: position,
  };
}

/** A look tells more than the position, which is no part of the state. */
const positionOf = ({ scan, state, place, at }: Position): Position => ({ scan, state, place, at });

/** What the customer has not been told yet. */
export function newsOf(state: WatchState, watchId: string, overdue: boolean): News | undefined {
  const { last } = state;
  if (overdue && !journeyEnd(last)) {
    return { kind: "overdue", place: last?.place ?? "unknown", key: `overdue-${watchId}` };
  }
  if (!last || last.scan === state.toldScan) return undefined;
  return { kind: last.state, place: last.place, key: `scan-${last.scan}` };
}

/** The state after a mail; one that could not be sent is tried again with the next check. */
export function told(state: WatchState, mail: Settled<void>): WatchState {
  return mail.kind === "done" && state.last ? { ...state, toldScan: state.last.scan } : state;
}

/** A journey that is over ends the watch once the customer knows of it. */
export function endOf({ last, toldScan }: WatchState, overdue: boolean): WatchEnd | undefined {
  const end = journeyEnd(last);
  if (end && last?.scan === toldScan) return end;
  return overdue ? (end ?? "overdue") : undefined;
}

function journeyEnd(last: Position | null): WatchEnd | undefined {
  const state = last?.state;
  return state === "delivered" || state === "lost" || state === "returned" ? state : undefined;
}

export const isOverdue = ({ overdueAt }: WatchState, now: Date): boolean =>
  now.getTime() >= Date.parse(overdueAt) - TIMER_TOLERANCE_MS;

/**
 * When to look again: the interval doubles while nothing happens, up to the longest, and comes down to the
 * shortest with each piece of news. The jitter keeps thousands of watches that started together from asking the
 * carrier together for ever. The deadline is the last moment to look.
 */
export function nextCheck(
  state: WatchState,
  now: Date,
  { watchId, ...intervals }: { watchId: string; minInterval: string; maxInterval: string },
): Date {
  const [least, most] = [isoMilliseconds(intervals.minInterval), isoMilliseconds(intervals.maxInterval)];
  const grown = Math.min(most, least * GROWTH ** Math.min(state.quietChecks, 30));
  const early = JITTER * deterministicFraction(`${watchId} ${state.checks}`) * (grown - least);
  const wait = Math.max(Math.round(grown - early), SHORTEST_WAIT_MS);
  return new Date(Math.min(now.getTime() + wait, Date.parse(state.overdueAt)));
}

export function progressOf({ generation, checks, last }: WatchState, nextCheckAt?: Date): WatchProgress {
  return { last: lastSeen(last), checks, nextCheckAt: nextCheckAt?.toISOString() ?? null, generation };
}

export const lastKnown = ({ checks, last }: WatchState) => ({ checks, last: lastSeen(last) });

function lastSeen(position: Position | null): WatchProgress["last"] {
  if (!position) return null;
  const { state, place, at } = position;
  return { state, place, at };
}
