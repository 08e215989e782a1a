import { RetryOptions } from "durable-functions";
import { z } from "zod";

/** A duration with units; its parts are added: `{ hours: 1, minutes: 30 }`. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

/** The duration in whole milliseconds. @throws {RangeError} if it is negative or not finite */
export function toMilliseconds(duration: Duration): number {
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = duration;
  const total = Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds);
  if (!Number.isFinite(total) || total < 0) {
    throw new RangeError(`Not a duration: ${JSON.stringify(duration)}`);
  }
  return total;
}

export const toHours = (duration: Duration): number => toMilliseconds(duration) / 3_600_000;

/** The parts of an ISO 8601 duration with a fixed length, so no years and months. Weeks must be used alone. */
const ISO_DURATION =
  /^P(?!$)(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?)$/;

/** A duration as in the API and the settings: `PT72H`, `P1DT12H`. Undefined if the text is not a duration. */
export function parseIsoDuration(text: string): Duration | undefined {
  const parts = ISO_DURATION.exec(text);
  if (!parts) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return { days: weeks * 7 + days, hours, minutes, seconds };
}

/** For values that a schema has checked. @throws {RangeError} if the text is not a duration */
export function isoMilliseconds(text: string): number {
  const duration = parseIsoDuration(text);
  if (!duration) throw new RangeError(`Not an ISO 8601 duration: ${text.slice(0, 50)}`);
  return toMilliseconds(duration);
}

/** Schema of a duration within bounds, both included: `isoDuration("PT1S", "P30D")`. The value stays a string. */
export function isoDuration(shortest: string, longest: string): z.ZodType<string, string> {
  const [least, most] = [isoMilliseconds(shortest), isoMilliseconds(longest)];
  const schema = z.string().refine(
    (text) => {
      const duration = parseIsoDuration(text);
      const length = duration && toMilliseconds(duration);
      return length !== undefined && length >= least && length <= most;
    },
    {
      error: `Must be an ISO 8601 duration from ${shortest} to ${longest}, such as PT72H`,
      // Without this, zod continues, and an outer schema would compare a text that is not a duration.
      abort: true,
    },
  );
  return schema.meta({ format: "duration", description: `From ${shortest} to ${longest}` });
}
/**
 * Azure Storage fires timers up to one second early. A wait for a promised deadline is extended by this time, so that
 * the last second is not lost.
 */
export const TIMER_TOLERANCE: Duration = { seconds: 1 };

/** The given moment (a Date or an RFC 3339 text) plus a duration. Orchestrators must not create a `Date` themselves. */
export const momentAfter = (moment: Date | string, duration: Duration): Date =>
  new Date(new Date(moment).getTime() + toMilliseconds(duration));

/**
 * When and how often a failed call is retried. Define it as a named constant next to the call that uses it.
 *
 * The SDK's `retryTimeout` is omitted on purpose: when it expires, the extension gives up without the timer that the
 * SDK waits for, and the instance hangs.
 */
export interface RetryPolicy {
  /** The number of calls, including the first one; at least 1. */
  readonly maxAttempts: number;
  readonly firstInterval: Duration;
  /** Factor from one interval to the next; default 2. */
  readonly backoffCoefficient?: number;
  /** Upper bound of the interval; default 5 minutes. */
  readonly maxInterval?: Duration;
}

/** The policy as the SDK's type. */
export function toRetryOptions(policy: RetryPolicy): RetryOptions {
  const options = new RetryOptions(toMilliseconds(policy.firstInterval), policy.maxAttempts);
  options.backoffCoefficient = policy.backoffCoefficient ?? 2;
  options.maxRetryIntervalInMilliseconds = toMilliseconds(policy.maxInterval ?? { minutes: 5 });
  return options;
}

/**
 * For a sub-orchestration. If its worker process dies, it starts again with the same id, and its idempotency keys
 * prevent duplicate effects. Without a retry, the parent would fail as well.
 */
export const PART_RETRY: RetryPolicy = {
  maxAttempts: 4,
  firstInterval: { seconds: 5 },
  backoffCoefficient: 2,
};

/** For a step that reads or writes the app's own storage. */
export const STORAGE_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };
