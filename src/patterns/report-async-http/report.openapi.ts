import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, resource, resourceOf } from "../../openapi/schemas.ts";
import { reportRequest } from "./report.request.ts";

const report = resourceOf("Report", {
  kind: "report",
  progress: z.object({ percent: z.number().min(0).max(100) }),
  result: z.object({ kind: z.literal("reported"), lines: z.int(), bytes: z.int(), file: z.url() }),
});

const tag = "Reports";
const prefer = z.string().optional().describe("`wait=N`: wait up to N seconds (1 to 30) for the end");

export const reportDescriptions: Descriptions = {
  requestReport: {
    tag,
    summary: "Have a sales report made (async HTTP API)",
    headers: { ...idempotencyKey, Prefer: prefer },
    body: reportRequest,
    answers: {
      200: resource("With `Prefer: wait`: the report, finished in time", report),
      202: accepted("The report is being made"),
    },
  },
  getReport: { tag, summary: "See how far a report is", answers: { 200: resource("The report", report) } },
  deleteReport: {
    tag,
    summary: "Cancel a report that is being made, or delete one that is finished",
    answers: {
      202: accepted("It is being canceled"),
      204: { description: "It was finished, and is gone with its file" },
    },
  },
  getReportFile: {
    tag,
    summary: "Fetch a finished report",
    answers: {
      200: {
        description: "The file",
        contentType: "text/csv",
        headers: { "Content-Disposition": "Name to save it as", ETag: "Strong" },
      },
      206: { description: "The part asked for with Range", contentType: "text/csv" },
      304: { description: "The caller has it already" },
    },
    problems: [409, 416],
  },
};
