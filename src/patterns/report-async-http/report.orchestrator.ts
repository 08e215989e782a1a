/**
 * Async HTTP API: a report takes longer than a request may. The POST answers 202 with an address of its own; the
 * caller looks there how far it is, fetches the file when it is done, or cancels it.
 *
 *   POST ─▶ 202 ─▶ GET, GET, … ─▶ completed ─▶ GET …/file
 *             addUpSales ⟲ piece by piece ── writeReport
 *
 * The trap: data that travels through the history. Each step reads and keeps its piece in a blob, and answers two
 * small values; a report of a million sales has a history of figures.
 */
import { orchestrator } from "../../durable/orchestration/orchestrator.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import { addUpSales, salesReport, writeReport } from "./report.contract.ts";

/** For steps that only storage can fail. */
const STORAGE_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };

export const reportOrchestrator = orchestrator(salesReport, function* (df, request) {
  const report = { reportId: df.instanceId, request };
  df.setCustomStatus({ percent: 0 });

  let step = 0;
  let added = yield* df.callActivity(addUpSales, { ...report, step }, STORAGE_RETRY);
  while (!added.isLast) {
    df.setCustomStatus({ percent: added.percent });
    step += 1;
    added = yield* df.callActivity(addUpSales, { ...report, step }, STORAGE_RETRY);
  }

  df.setCustomStatus({ percent: added.percent });
  const file = yield* df.callActivity(writeReport, { ...report, lastStep: step }, STORAGE_RETRY);
  df.setCustomStatus({ percent: 100 });
  return { kind: "reported", ...file };
});
