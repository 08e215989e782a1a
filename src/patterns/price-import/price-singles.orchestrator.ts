/**
 * The lines of a page that the supplier wants one by one: a bounded number at a time, each with its own retries.
 *
 *   readSingles ──▶ priceLineImport × n ──▶ recordFailures ──▶ more? continueAsNew : done
 *
 * The trap: a page may consist of nothing else, and a history with all its lines would be slow to replay. Each
 * execution takes one wave, and hands only counts to the next. A fault is part of the result: lines that were done
 * before it, or beside it, are in force and must be counted.
 */
import { firstError } from "../../durable/orchestration/step.ts";
import { failureMessage } from "../../durable/orchestration/failure.ts";
import { partId } from "../../durable/orchestration/instance-id.ts";
import { orchestrator } from "../../durable/orchestration/orchestrator.ts";
import { PART_RETRY, type RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import { priceLineImport, priceSinglesImport, readSingles, recordFailures } from "./price-line.contract.ts";
import { addTallies, tallyOf } from "./price.progress.ts";

const STORAGE_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };

export const priceSinglesOrchestrator = orchestrator(priceSinglesImport, function* (df, input) {
  const { importId, begunAt, page, from, atOnce, policy } = input;
  let { tally } = input;
  df.setCustomStatus(tally);
  try {
    const wave = { importId, page, from, count: atOnce };
    const { lines, more } = yield* df.callActivity(readSingles, wave, STORAGE_RETRY);
    const ends = yield* df.allSettled(
      lines.map((line) =>
        df.callSubOrchestrator(
          priceLineImport,
          { importId, begunAt, line, policy },
          { instanceId: partId(importId, `line-${line.line}`), retry: PART_RETRY },
        ),
      ),
    );
    tally = addTallies(tally, tallyOf(ends.flatMap((end) => (end.kind === "done" ? [end.value] : []))));
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
