import { deterministicFraction } from "../../../durable/orchestration/deterministic-fraction.ts";
import { isoMilliseconds, TIMER_TOLERANCE, toMilliseconds } from "../../../durable/orchestration/duration.ts";
import type { Settled } from "../../../durable/orchestration/step.ts";
import { JOURNEY_ENDS, type Position } from "../../../values.ts";
import type { News, WatchEnd, WatchProgress, WatchState } from "../shipment.contract.ts";

const GROWTH = 2;
/** A check may be earlier by at most this fraction of the difference to the shortest interval. */
const JITTER = 0.25;
/** A timer that is early by at most this time counts as having reached the deadline. */
const TIMER_TOLERANCE_MS = toMilliseconds(TIMER_TOLERANCE);
/** A timer of one second may fire immediately. Then the carrier would be called ten times a second. */
const SHORTEST_WAIT_MS = 2 * TIMER_TOLERANCE_MS;

export function firstState(now: Date, deadline: string): WatchState {
  const overdueAt = new Date(now.getTime() + isoMilliseconds(deadline)).toISOString();
  return { generation: 1, checks: 0, quietChecks: 0, last: null, toldScan: 0, overdueAt };
}

/** When the watch began, for an execution that continues it. */
export const startOf = (input: { deadline: string; state?: WatchState | undefined }): Date | undefined =>
  input.state && new Date(Date.parse(input.state.overdueAt) - isoMilliseconds(input.deadline));

/** The state after a check. A check that failed counts as a check without news. */
export function afterCheck(state: WatchState, check: Settled<Position>): WatchState {
  const position = check.kind === "done" ? positionOf(check.value) : state.last;
  const isNews = position !== null && position.scan !== state.last?.scan;
  return {
    ...state,
    checks: state.checks + 1,
    quietChecks: isNews ? 0 : state.quietChecks + 1,
    last: position,
  };
}

/** Without `isStopped`, which the check also returns. */
const positionOf = ({ scan, state, place, at }: Position): Position => ({ scan, state, place, at });

/** The news that was not sent to the customer yet. */
export function newsOf(state: WatchState, watchId: string, overdue: boolean): News | undefined {
  const { last } = state;
  if (overdue && !journeyEnd(last)) {
    return { kind: "overdue", place: last?.place ?? "unknown", key: `overdue-${watchId}` };
  }
  if (!last || last.scan === state.toldScan) return undefined;
  return { kind: last.state, place: last.place, key: `scan-${last.scan}` };
}

/** The state after a mail. If it could not be sent, the next check tries again. */
export function afterMail(state: WatchState, mail: Settled<void>): WatchState {
  return mail.kind === "done" && state.last ? { ...state, toldScan: state.last.scan } : state;
}

/** The end of the watch. A journey that has ended also ends the watch, after the customer was notified. */
export function endOf({ last, toldScan }: WatchState, overdue: boolean): WatchEnd | undefined {
  const end = journeyEnd(last);
  if (end && last?.scan === toldScan) return end;
  return overdue ? (end ?? "overdue") : undefined;
}

function journeyEnd(last: Position | null): WatchEnd | undefined {
  return JOURNEY_ENDS.find((state) => state === last?.state);
}

export const isOverdue = ({ overdueAt }: WatchState, now: Date): boolean =>
  now.getTime() >= Date.parse(overdueAt) - TIMER_TOLERANCE_MS;

/**
 * The time of the next check. The interval doubles while there is no news, up to the longest one, and returns to the
 * shortest one with each piece of news. Jitter spreads the checks of watches that started at the same time. The last
 * check is at the deadline.
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
