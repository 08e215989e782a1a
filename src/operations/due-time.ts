import type { Timer } from "@azure/functions";

/** Earlier than any run of this app. */
const BEGINNING = new Date("2015-01-01T00:00:00Z");

/**
 * When a timer's run was due, but never later than now. The status shows the state before the run, so this is its
 * `next`. A run that is started by hand comes before the due time; with that time it would treat too much as old.
 */
export function dueTime({ scheduleStatus }: Partial<Timer>): Date {
  const now = new Date();
  const due = new Date(scheduleStatus?.next ?? now);
  return due > BEGINNING && due < now ? due : now;
}
