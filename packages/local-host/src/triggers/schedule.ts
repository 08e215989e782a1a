import { Cron } from "croner";
import { AppError } from "../app/app-error.ts";
import { messageOf } from "../errors.ts";
import { timeSpanMs } from "../app/time-span.ts";
import { numericCron } from "./ncrontab.ts";

const MINUTE_MS = 60_000;

/** When a timer trigger is due. */
export interface Schedule {
  readonly kind: "cron" | "interval";
  /** First due instant after `instant`, both epoch milliseconds; `undefined` if there is none. */
  next(instant: number): number | undefined;
}

/**
 * Reads the `schedule` of a timer trigger as the Functions host does: an NCRONTAB expression, in which a day must match
 * both day fields, or else a .NET time span.
 *
 * @param timeZone IANA name
 * @throws {AppError} when it is neither
 */
export function parseSchedule(expression: string, timeZone: string): Schedule {
  try {
    const numbers = numericCron(expression);
    if (numbers === undefined) return interval(expression);
    // Croner computes the next occurrence, by calendar and time zone.
    const cron = new Cron(numbers, { paused: true, ...zoneOf(timeZone), domAndDow: true, mode: "6-part" });
    return { kind: "cron", next: (instant) => cron.nextRun(new Date(instant))?.getTime() };
  } catch (error) {
    throw new AppError(`"${expression}" is not a schedule: ${messageOf(error)}.`);
  }
}

/** An offset in place of UTC's name: the calendars of named zones take 30 ms to load. */
const zoneOf = (timeZone: string) => (timeZone === "UTC" ? { utcOffset: 0 } : { timezone: timeZone });

function interval(expression: string): Schedule {
  const length = timeSpanMs(expression);
  if (length === undefined || length === 0) {
    throw new AppError(
      "five or six fields are required (second, minute, hour, day, month, day of the week), or a time span",
    );
  }
  return { kind: "interval", next: (instant) => instant + length };
}

/** Whether a schedule occurs more than once in the minute after `instant`: then the Functions host keeps no status. */
export function isSubMinute(schedule: Schedule, instant: number): boolean {
  const first = schedule.next(instant);
  if (first === undefined) return false;
  if (schedule.kind === "interval") return first < instant + MINUTE_MS;
  return (schedule.next(first) ?? Infinity) <= instant + MINUTE_MS;
}
