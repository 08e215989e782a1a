import type { Timer } from "@azure/functions";

/** How many instances a run handles at the same time. */
export const AT_ONCE = 8;
/** Less than the shortest time limit of a function on Azure. */
export const TIME_LIMIT_MS = 4 * 60_000;

/** Earlier than any run of this app, and than any instance. */
export const BEGINNING = new Date("2015-01-01T00:00:00Z");

/**
 * When a timer's run was due, but never later than now. The status shows the state before the run, so this is its
 * `next`. A run that is started by hand comes before the due time; with that time it would treat too much as old.
 */
export function dueTime({ scheduleStatus }: Partial<Timer>): Date {
  const now = new Date();
  const due = new Date(scheduleStatus?.next ?? now);
  return due > BEGINNING && due < now ? due : now;
}
