import { type Activity, activity } from "../../durable/orchestration/activity.ts";
import { isoMilliseconds } from "../../durable/orchestration/duration.ts";
import type { ImportFiles } from "../../services/price-lists/import-files.ts";
import { failedLine } from "../../services/price-lists/price-list-reader.ts";
import type { Supplier } from "../../services/supplier.ts";
import { isUnavailable } from "../../storage/unavailable.ts";
import { readSingles, recordFailures, setPrice, settlePrice } from "./price-line.contract.ts";

/** The steps of lines that the supplier wants one by one. */
export function createPriceLineActivities(services: {
  readonly supplier: Supplier;
  readonly importFiles: ImportFiles;
}): Activity[] {
  const { supplier, importFiles } = services;
  return [
    activity(setPrice, async ({ importId, begunAt, line, limit }) => {
      const signal = AbortSignal.timeout(isoMilliseconds(limit));
      try {
        return await supplier.setPrice({ importId, begunAt }, line, signal);
      } catch (error) {
        // The reason ends up in a file for the caller: it must say what happened and nothing of the insides.
        if (signal.aborted) throw new Error(`No answer within ${limit}`, { cause: error });
        if (isUnavailable(error)) throw new Error("The supplier cannot be reached", { cause: error });
        throw error;
      }
    }),
    activity(settlePrice, async ({ line, ...key }) => ({ kind: await supplier.settle(key, line.sku) })),

    activity(readSingles, async ({ importId, page, from, count }) => {
      const singles = await importFiles.readSingles(importId, page);
      return { lines: singles.slice(from, from + count), more: singles.length > from + count };
    }),
    activity(recordFailures, async ({ importId, page, part, failures }, { log }) => {
      await importFiles.writeFailures(
        importId,
        page,
        part,
        failures.map(({ line, reason }) => failedLine(line, reason)),
      );
      // What the alert on dead letters counts.
      for (const { line, reason } of failures) log.warn("lineDeadLettered", { sku: line.sku, reason });
    }),
  ];
}
