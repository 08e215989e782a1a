import type { Outcome } from "../../parts/outcome.ts";
import type { HistoryEvent } from "../../../api/management-api.ts";

export type StepKind =
  "orchestration" | "activity" | "child" | "timer" | "event" | "entity" | "lock" | "signal";

/**
 * `open`: it has not ended. `dropped`: it had not ended when its instance did; of a timer, it was cancelled or nobody
 * waited for it any more.
 */
export type State = "completed" | "failed" | "open" | "dropped";

/** A time in epoch milliseconds with its place in the history, because many events can have the same time. */
export interface Point {
  readonly time: number;
  /** Compared like a version: the index of an event, and within a child's step the index of the child's event. */
  readonly order: readonly number[];
}

/** One try of a step. */
export interface Attempt {
  readonly start: Point;
  /** Undefined while it is open. Of a mark, the same as `start`. */
  readonly end: Point | undefined;
  readonly state: State;
  /** What the history says about it, oldest first. */
  readonly events: readonly HistoryEvent[];
  /** The child's id. */
  readonly childId?: string;
  /** When a timer is due. */
  readonly due?: number;
}

export interface Interval {
  readonly start: Point;
  readonly end: Point | undefined;
}

/** What an orchestration does in one call, or what happens to it. */
export interface Step {
  readonly kind: StepKind;
  readonly name: string;
  /** In order. */
  readonly attempts: readonly [Attempt, ...Attempt[]];
  /** From a failure to the next attempt; of the orchestration, while it is suspended. */
  readonly waits: readonly Interval[];
  /** While a retry waits: when the next attempt is due. */
  readonly nextAt?: number;
  /** What the result of its last attempt says. */
  readonly outcome?: Outcome;
  /** `@name@key` of an entity. */
  readonly entity?: string;
}

export const firstOf = ({ attempts }: Step) => attempts[0];
export const lastOf = ({ attempts }: Step) => attempts.at(-1) ?? attempts[0];
/** A call whose attempt failed is open while its retry waits. */
export const stateOf = (step: Step): State => (step.nextAt === undefined ? lastOf(step).state : "open");

/** From its beginning until it ended, or until now. */
export function timeTaken(step: Step, now: number): number {
  const end = step.nextAt === undefined ? (lastOf(step).end?.time ?? now) : now;
  return Math.max(0, end - firstOf(step).start.time);
}

/** Whether it happens at one moment; an event that is awaited is open. */
export const isMark = (step: Step) =>
  step.kind === "signal" || (step.kind === "event" && stateOf(step) !== "open");

export function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export const comparePoints = (a: Point, b: Point) => a.time - b.time || compareOrder(a.order, b.order);
