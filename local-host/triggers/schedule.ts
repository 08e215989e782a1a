import { Cron } from "croner";
import { AppError, messageOf } from "../app/app-error.ts";
import { durationMs } from "../app/host-settings.ts";

/** When a timer trigger is due. */
export interface Schedule {
  /** First due instant after `instant`, both epoch milliseconds; `undefined` if there is none. */
  next(instant: number): number | undefined;
}

/**
 * Reads the `schedule` of a timer trigger: an NCRONTAB expression of six fields (five without seconds), in which
 * a day must fit both its fields, or a time span.
 *
 * @param timeZone IANA name
 * @throws {AppError} when it is neither
 */
export function parseSchedule(expression: string, timeZone: string): Schedule {
  const interval = durationMs(expression);
  if (interval !== undefined && interval > 0) return { next: (instant) => instant + interval };
  try {
    const cron = new Cron(expression, {
      paused: true,
      timezone: timeZone,
      domAndDow: true,
      mode: "5-or-6-parts",
      sloppyRanges: true,
    });
    return { next: (instant) => cron.nextRun(new Date(instant))?.getTime() };
  } catch (error) {
    throw new AppError(`"${expression}" is no schedule: ${messageOf(error)}`);
  }
}
