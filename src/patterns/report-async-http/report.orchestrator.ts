/**
 * Async HTTP API: a report takes longer than a request may. The POST returns 202 with the URL of a resource. The caller
 * polls it, gets the file when the report is completed, or cancels the report.
 *
 *   POST ─▶ 202 ─▶ GET, GET, … ─▶ completed ─▶ GET …/file
 *             addUpSales ⟲ part by part ── writeReport
 *
 * The trap: data that travels through the history. Each step reads and writes its totals in a blob and returns two
 * small values, so that the history of a report on a million sales stays small.
 */
import { orchestrator } from "../../durable/orchestration/functions.ts";
import { STORAGE_RETRY } from "../../durable/orchestration/duration.ts";
import { addUpSales, salesReport, writeReport } from "./report.contract.ts";

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
