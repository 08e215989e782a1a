/** All messages of this pattern: the request, the steps, the state, the status and the result. */
import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { isoDuration, isoMilliseconds } from "../../durable/orchestration/duration.ts";

export const listName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Must be 1 to 63 of a-z, 0-9 and -, no dash first");
/** Path parameters of a price list. */
export const listPath = z.object({ name: listName });

const interval = isoDuration("PT1S", "PT1H");
/** How a failing line is retried. `attempts` includes the first one. */
const lineRetry = z.strictObject({
  attempts: z.int().min(1).max(10).default(4),
  firstInterval: interval.default("PT2S"),
  maxInterval: interval.default("PT1M"),
  backoff: z.number().min(1).max(10).default(2),
});
export type LineRetry = z.infer<typeof lineRetry>;
const onError = z.enum(["retry", "skip", "fail"]);
const lineTimeout = isoDuration("PT1S", "PT5M");

/** The import policy, with all defaults filled in. */
export const importPolicy = z.strictObject({ onError, retry: lineRetry, lineTimeout });
export type ImportPolicy = z.infer<typeof importPolicy>;

/**
 * What a caller sends to import a list. `onError` applies if a line fails after all attempts: `retry` and `skip`
 * continue with the next line, `fail` rolls back the whole import. `retry` retries transient faults by default; `skip`
 * and `fail` do so only with a retry policy of the caller.
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
  .transform(({ retry, ...rest }): ImportPolicy => {
    const fallback = rest.onError === "retry" ? {} : { attempts: 1 };
    return { ...rest, retry: retry ?? lineRetry.parse(fallback) };
  });

const count = z.int().min(0);
/** Counts of lines. */
export const lineCounts = z.strictObject({
  applied: count,
  failed: count,
  retried: count.describe("Lines with more than one attempt, whether they succeeded or not"),
});
export type LineCounts = z.infer<typeof lineCounts>;
export const NO_LINES: LineCounts = { applied: 0, failed: 0, retried: 0 };
export const addCounts = (one: LineCounts, other: Partial<LineCounts>): LineCounts => ({
  applied: one.applied + (other.applied ?? 0),
  failed: one.failed + (other.failed ?? 0),
  retried: one.retried + (other.retried ?? 0),
});

/** Progress of an import, as callers see it. */
export const importProgress = z.object({ total: count.describe("Lines of the list"), ...lineCounts.shape });
/** Custom status of an import. */
export type ImportStatus = z.infer<typeof importProgress> & {
  /** Pages whose individual lines are running and not counted yet. */
  singlesOf: number[];
  error?: { type: string; message: string };
};

const repeated = count.describe("Lines that repeat an earlier line");
const endCounts = { ...importProgress.shape, repeated };
const imported = z.object({ kind: z.literal("imported"), ...endCounts });
const rolledBack = z.object({
  kind: z.literal("rolledBack"),
  undone: count.describe("Lines that were applied and then rolled back"),
  ...endCounts,
});
/** The result of an import. */
export const importResult = z.discriminatedUnion("kind", [imported, rolledBack]);
export type ImportResult = z.infer<typeof importResult>;
const links = { deadLetters: z.url().optional().describe("The lines that failed, with the reasons") };
/** The result as callers see it. */
export const publicImportResult = z.discriminatedUnion("kind", [
  imported.extend(links),
  rolledBack.extend(links),
]);

/** The state that one execution of an import passes to the next. */
const importState = z.strictObject({
  begunAt: z.iso.datetime(),
  pages: count,
  total: count,
  repeated: count,
  tally: lineCounts,
  /** The page to apply next. */
  next: count,
  /** Present during a rollback: the page to roll back next, -1 when all are. */
  undo: z.int().min(-1).optional(),
  /** The error, if the system failed and not a line. */
  fault: z.string().optional(),
  /** The dead letters are written. After a restart of the import, the pages for them may not exist any more. */
  isFiled: z.boolean().optional(),
});
export type ImportState = z.infer<typeof importState>;

export const importInput = z.strictObject({
  list: listName,
  /** The version of the list at the time of the request. */
  etag: z.string(),
  policy: importPolicy,
  /** Absent in the first execution. */
  state: importState.optional(),
});
export type ImportInput = z.infer<typeof importInput>;

export const priceImport = defineOrchestration("priceImport", {
  idPrefix: "import-",
  input: importInput,
  output: type<ImportResult>(),
  status: type<ImportStatus>(),
});

/** Identifies an import for the supplier. */
export const importKey = z.strictObject({ importId: z.string(), begunAt: z.iso.datetime() });
type ImportKey = z.infer<typeof importKey>;
type OfImport = Pick<ImportKey, "importId">;
type OfPage = ImportKey & { page: number };

/** A list that was divided into pages: `invalid` lines are part of `total`, `repeated` ones are not. */
export type SplitList = { kind: "split"; pages: number; total: number; invalid: number; repeated: number };
export const splitPriceList = defineActivity("splitPriceList", {
  input: type<OfImport & Pick<ImportInput, "list" | "etag">>(),
  output: type<SplitList | { kind: "replaced" }>(),
});
export const applyPage = defineActivity("applyPage", {
  input: type<OfPage>(),
  /** `singles`: the number of individual lines. */
  output: type<{ applied: number; singles: number }>(),
});
export const withdrawPage = defineActivity("withdrawPage", {
  input: type<OfPage>(),
  output: type<void>(),
});
export const writeDeadLetters = defineActivity("writeDeadLetters", {
  input: type<OfImport & { pages: number }>(),
  output: type<void>(),
});
export const discardPages = defineActivity("discardPages", {
  input: type<OfImport>(),
  output: type<void>(),
});
