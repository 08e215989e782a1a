import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, resource, resourceOf } from "../../openapi/schemas.ts";
import { reportProgress, reportRequest, reportResult } from "./report.contract.ts";

const report = resourceOf("Report", {
  kind: "report",
  progress: reportProgress,
  result: reportResult.extend({ file: z.url() }),
});

const tag = "Reports";
const prefer = z
  .string()
  .optional()
  .describe("`wait=N`: wait up to N seconds (1 to 30) until the report has ended");

export const reportDescriptions: Descriptions = {
  requestReport: {
    tag,
    summary: "Request a sales report (async HTTP API)",
    headers: { ...idempotencyKey, Prefer: prefer },
    body: reportRequest,
    sample: { from: "2026-11-01", to: "2026-12-31", groupBy: "sku" },
    answers: {
      200: resource("With `Prefer: wait`: the report, if it finished in time", report),
      202: accepted("The report was requested"),
    },
  },
  getReport: { tag, summary: "Get a report", answers: { 200: resource("The report", report) } },
  deleteReport: {
    tag,
    summary: "Cancel a running report, or delete a finished one",
    answers: {
      202: accepted("The report is being canceled"),
      204: { description: "The finished report and its file were deleted" },
    },
  },
  getReportFile: {
    tag,
    summary: "Get the file of a finished report",
    answers: {
      200: {
        description: "The file",
        contentType: "text/csv",
        headers: { "Content-Disposition": "File name for saving", ETag: "Strong" },
      },
      206: { description: "The requested range", contentType: "text/csv" },
      304: { description: "The caller has this version" },
    },
    problems: [409, 416],
  },
};
