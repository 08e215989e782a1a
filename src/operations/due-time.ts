import type { Timer } from "@azure/functions";

/** Before any app ran here. */
const BEGINNING = new Date("2015-01-01T00:00:00Z");

/**
 * When a timer's run was due, which the status of before the run calls its next one, but never later than now: what is
 * called too early must not take more for old than is. By hand it is called before it is due.
 */
export function dueTime({ scheduleStatus }: Partial<Timer>): Date {
  const now = new Date();
  const due = new Date(scheduleStatus?.next ?? now);
  return due > BEGINNING && due < now ? due : now;
}
