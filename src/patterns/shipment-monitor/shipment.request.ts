import { z } from "zod";
import { isoDuration, isoMilliseconds } from "../../durable/orchestration/duration.ts";

/** What the carrier gives out; anything else is a number that it does not know. */
export const TRACKING_NUMBER = /^[A-Z0-9]{8,32}$/;

const interval = isoDuration("PT1S", "P5D");

/** What a caller sends to have a parcel watched. */
export const watchRequest = z
  .strictObject({
    /** How long the watch lasts at most. */
    deadline: isoDuration("PT1S", "P60D").default("P30D"),
    /** The shortest and the longest time between two looks at the parcel. */
    minInterval: interval.optional(),
    maxInterval: interval.optional(),
    /** Whom to tell what happens to the parcel. */
    notify: z.email().max(254),
  })
  .transform(withIntervals)
  .refine(({ minInterval, maxInterval }) => isoMilliseconds(minInterval) <= isoMilliseconds(maxInterval), {
    path: ["maxInterval"],
    error: "Must not be shorter than minInterval",
  });

/** An interval that is not given adapts to the one that is: a caller need not know the default. */
function withIntervals<Given extends { minInterval?: string | undefined; maxInterval?: string | undefined }>({
  minInterval,
  maxInterval,
  ...rest
}: Given) {
  const least = minInterval ?? shorter(maxInterval, "PT15M");
  return { ...rest, minInterval: least, maxInterval: maxInterval ?? longer(least, "PT6H") };
}

const shorter = (given: string | undefined, usual: string) =>
  given !== undefined && isoMilliseconds(given) < isoMilliseconds(usual) ? given : usual;

const longer = (given: string, usual: string) =>
  isoMilliseconds(given) > isoMilliseconds(usual) ? given : usual;
