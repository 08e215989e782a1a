import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { type ReportRequest, reportRequest } from "./report.request.ts";

type ForReport = { reportId: string; request: ReportRequest };

/** Lines of the file beside its heading. */
export type ReportResult = { kind: "reported"; lines: number; bytes: number };
/** 100 once the file is there. */
export type ReportStatus = { percent: number };

export const salesReport = defineOrchestration("salesReport", {
  idPrefix: "report-",
  input: reportRequest,
  output: type<ReportResult>(),
  status: type<ReportStatus>(),
});

/** Reads the next piece of the journal and adds it to what the step before has kept: 0 is the first step. */
export const addUpSales = defineActivity("addUpSales", {
  input: type<ForReport & { step: number }>(),
  output: type<{ percent: number; isLast: boolean }>(),
});

/** Makes the file of what the last step has kept. */
export const writeReport = defineActivity("writeReport", {
  input: type<ForReport & { lastStep: number }>(),
  output: type<{ lines: number; bytes: number }>(),
});
