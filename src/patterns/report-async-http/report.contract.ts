/** All messages of this pattern: the request, the steps, the status and the result. */
import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { daysOf } from "./figures/period.ts";

const LONGEST_DAYS = 366;
/** A second may have any number of decimals. */
const LONGEST_TIME = 40;

/** `2026-11-24`, or a moment of that day in UTC. */
const moment = z.union([z.iso.date(), z.iso.datetime().max(LONGEST_TIME)], {
  error: "Must be a day (2026-11-24) or a time in UTC (2026-11-24T10:00:00Z)",
});

/** What a caller sends to request a report. A day as `to` is included. */
export const reportRequest = z
  .strictObject({ from: moment, to: moment, groupBy: z.enum(["day", "sku", "country"]) })
  .superRefine((request, context) => {
    const days = daysOf(request).length;
    const error = days < 1 ? "Must be after from" : `Must be at most ${LONGEST_DAYS} days after from`;
    if (days < 1 || days > LONGEST_DAYS) context.addIssue({ code: "custom", path: ["to"], message: error });
  });
export type ReportRequest = z.infer<typeof reportRequest>;

export const reportProgress = z.object({
  percent: z.number().min(0).max(100).describe("100 when the file is ready"),
});
/** Custom status of a report. */
export type ReportStatus = z.infer<typeof reportProgress>;

const reportFile = z.object({ lines: z.int().describe("Without the header line"), bytes: z.int() });
export const reportResult = z.object({ kind: z.literal("reported"), ...reportFile.shape });
export type ReportResult = z.infer<typeof reportResult>;

export const salesReport = defineOrchestration("salesReport", {
  idPrefix: "report-",
  input: reportRequest,
  output: type<ReportResult>(),
  status: type<ReportStatus>(),
});

type ForReport = { reportId: string; request: ReportRequest };

/** Reads the next part of the journal and adds it to the totals of the previous step. The first step is 0. */
export const addUpSales = defineActivity("addUpSales", {
  input: type<ForReport & { step: number }>(),
  output: type<{ percent: number; isLast: boolean }>(),
});

/** Writes the file from the totals of the last step. */
export const writeReport = defineActivity("writeReport", {
  input: type<ForReport & { lastStep: number }>(),
  output: type<z.infer<typeof reportFile>>(),
});
