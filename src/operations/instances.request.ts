import { z } from "zod";
import { continuationToken } from "../http/continuation.ts";
import { RESOURCE_STATUSES, type ResourceStatus, runtimeStatuses } from "../http/resource-status.ts";
import { plainText } from "../values.ts";
import { ORCHESTRATION_PATTERNS, type OrchestrationPattern } from "../patterns/patterns.ts";

const patternNames = ORCHESTRATION_PATTERNS.map(({ name }) => name);

const pattern = z
  .enum(patternNames, { error: `Must be one of ${patternNames.join(", ")}` })
  .transform((wanted): OrchestrationPattern | undefined =>
    ORCHESTRATION_PATTERNS.find(({ name }) => name === wanted),
  );

const isStatus = (word: string): word is ResourceStatus =>
  (RESOURCE_STATUSES as readonly string[]).includes(word);

const statuses = z
  .string()
  .max(100)
  .transform((text) => text.split(","))
  .refine((words) => words.every(isStatus), {
    error: `Must be one or more of ${RESOURCE_STATUSES.join(", ")}, separated by commas`,
  })
  .transform((words) => words.filter(isStatus).flatMap(runtimeStatuses));

const timeInQuery = z.iso
  .datetime({ offset: true, error: "Must be an RFC 3339 time, such as 2026-11-24T08:00:00Z" })
  .transform((text) => new Date(text))
  // The extension ignores times that .NET cannot parse, and would then list too much. Storage's times start in 1601.
  .refine((at) => at.getUTCFullYear() >= 1601 && at.getUTCFullYear() <= 9999, {
    error: "Must be in the years 1601 to 9999 of UTC",
  });

export const instancesQuery = z
  .strictObject({
    pattern: pattern.optional(),
    status: statuses.optional(),
    from: timeInQuery.optional(),
    to: timeInQuery.optional(),
    continuation: continuationToken,
  })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ["to"], error: "Must not be before from" });

export type InstancesQuery = z.infer<typeof instancesQuery>;

/** Body of a command. The reason is written into the history. */
export const commandRequest = z.strictObject({
  reason: plainText(200).default("By request of an operator"),
});
