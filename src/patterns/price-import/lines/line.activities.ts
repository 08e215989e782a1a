import { type Activity, activity } from "../../../durable/orchestration/functions.ts";
import { isoMilliseconds } from "../../../durable/orchestration/duration.ts";
import { failedLine } from "../../../services/price-lists/price-list-reader.ts";
import type { Services } from "../../../services/services.ts";
import { isUnavailable } from "../../../storage/unavailable.ts";
import { readSingles, recordFailures, setPrice, settlePrice } from "./line.contract.ts";

/** The steps of individual lines. */
export function createLineActivities({ supplier, importFiles }: Services): Activity[] {
  return [
    activity(setPrice, async ({ importId, begunAt, line, limit }) => {
      const signal = AbortSignal.timeout(isoMilliseconds(limit));
      try {
        return await supplier.setPrice({ importId, begunAt }, line, signal);
      } catch (error) {
        // The reason appears in a file for the caller, so it contains no internal details.
        if (signal.aborted) throw new Error(`No answer within ${limit}`, { cause: error });
        if (isUnavailable(error)) throw new Error("The supplier cannot be reached", { cause: error });
        throw error;
      }
    }),
    activity(settlePrice, async ({ line, ...key }) => ({ kind: await supplier.settle(key, line.sku) })),

    activity(readSingles, async ({ importId, page, from, count }) => {
      const lines = await importFiles.readIndividualLines(importId, page);
      return { lines: lines.slice(from, from + count), more: lines.length > from + count };
    }),
    activity(recordFailures, async ({ importId, page, part, failures }, { log }) => {
      const failedLines = failures.map(({ line, reason }) => failedLine(line, reason));
      await importFiles.writeFailures(importId, page, part, failedLines);
      // The alert on dead letters counts these log lines.
      for (const { line, reason } of failures) log.warn("lineDeadLettered", { sku: line.sku, reason });
    }),
  ];
}
