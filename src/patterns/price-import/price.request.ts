import { z } from "zod";
import { isoDuration, isoMilliseconds } from "../../durable/orchestration/duration.ts";

export const LIST_NAME = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Must be 1 to 63 of a-z, 0-9 and -, no dash first");

/** Path parameters of a price list. */
export const listPath = z.object({ name: LIST_NAME });

const interval = isoDuration("PT1S", "PT1H");

/** How a failing line is tried again: `attempts` in all, the first one included. */
export const lineRetry = z.strictObject({
  attempts: z.int().min(1).max(10).default(4),
  firstInterval: interval.default("PT2S"),
  maxInterval: interval.default("PT1M"),
  backoff: z.number().min(1).max(10).default(2),
});
export type LineRetry = z.infer<typeof lineRetry>;

const onError = z.enum(["retry", "skip", "fail"]);
const lineTimeout = isoDuration("PT1S", "PT5M");

/**
 * What a caller sends to have a list imported. `onError` says what a line that fails for good means: `retry` and
 * `skip` go on with the next one, `fail` takes the whole import back. Transient faults are tried again with `retry`,
 * and with the others if they ask for it by giving a policy.
 */
export const importRequest = z
  .strictObject({
    onError,
    retry: lineRetry.optional(),
    lineTimeout: lineTimeout.default("PT30S"),
  })
  .refine(
    ({ retry }) => !retry || isoMilliseconds(retry.firstInterval) <= isoMilliseconds(retry.maxInterval),
    { path: ["retry", "maxInterval"], error: "Must not be shorter than firstInterval" },
  )
  .transform(({ retry, ...rest }) => ({
    ...rest,
    retry: retry ?? lineRetry.parse(rest.onError === "retry" ? {} : { attempts: 1 }),
  }));

/** The same with nothing left open. */
export const importPolicy = z.strictObject({ onError, retry: lineRetry, lineTimeout });
export type ImportPolicy = z.infer<typeof importPolicy>;
