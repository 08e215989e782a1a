/**
 * The individual lines of a page: the supplier requires a separate call for each. A limited number run in parallel,
 * each with its own retries.
 *
 *   readSingles ──▶ priceLineImport × n ──▶ recordFailures ──▶ more? continueAsNew : done
 *
 * The trap: a page may consist only of such lines, and a history with all of them would be slow to replay. Each
 * execution handles one batch, and passes only counts to the next one. A fault is part of the result: other lines of
 * the batch are already in force and must be counted.
 */
import { failureMessage } from "../../../durable/orchestration/failure.ts";
import { partId } from "../../../durable/orchestration/instance-id.ts";
import { orchestrator } from "../../../durable/orchestration/functions.ts";
import { PART_RETRY, STORAGE_RETRY } from "../../../durable/orchestration/duration.ts";
import { firstError } from "../../../durable/orchestration/step.ts";
import { addCounts, type LineCounts } from "../price.contract.ts";
import {
  type LineEnd,
  priceLineImport,
  priceSinglesImport,
  readSingles,
  recordFailures,
} from "./line.contract.ts";

export const individualLinesOrchestrator = orchestrator(priceSinglesImport, function* (df, input) {
  const { importId, begunAt, page, from, atOnce, policy } = input;
  let { tally } = input;
  df.setCustomStatus(tally);
  try {
    const batch = { importId, page, from, count: atOnce };
    const { lines, more } = yield* df.callActivity(readSingles, batch, STORAGE_RETRY);
    const ends = yield* df.allSettled(
      lines.map((line) => {
        const options = { instanceId: partId(importId, `line-${line.line}`), retry: PART_RETRY };
        return df.callSubOrchestrator(priceLineImport, { importId, begunAt, line, policy }, options);
      }),
    );
    tally = addCounts(tally, countsOf(ends.flatMap((end) => (end.kind === "done" ? [end.value] : []))));
    df.setCustomStatus(tally);
    const failures = lines.flatMap((line, index) => {
      const end = ends[index];
      return end?.kind === "done" && end.value.kind === "failed" ? [{ line, reason: end.value.reason }] : [];
    });
    if (failures.length > 0) {
      yield* df.callActivity(recordFailures, { importId, page, part: from, failures }, STORAGE_RETRY);
    }
    const error = firstError(ends);
    if (error) throw error;
    const isOver = !more || (policy.onError === "fail" && failures.length > 0);
    return isOver ? tally : df.continueAsNew({ ...input, from: from + atOnce, tally });
  } catch (error) {
    return { ...tally, fault: failureMessage(error) };
  }
});

const countsOf = (ends: readonly LineEnd[]): LineCounts => ({
  applied: ends.filter(({ kind }) => kind === "applied").length,
  failed: ends.filter(({ kind }) => kind === "failed").length,
  retried: ends.filter(({ attempts }) => attempts > 1).length,
});
