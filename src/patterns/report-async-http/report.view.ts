import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { InstanceStatus } from "../../durable/orchestration-client.ts";
import { absoluteUrl, resourceResponse } from "../../http/resource.ts";
import type { ReportResult, ReportStatus } from "./report.contract.ts";
import type { ReportRequest } from "./report.request.ts";

export type Report = InstanceStatus<ReportRequest, ReportResult, ReportStatus>;

export const reportPath = (id: string) => `/api/reports/${id}`;

/** A report as callers see it. */
export function reportResponse(request: HttpRequest, report: Report): HttpResponseInit {
  const self = absoluteUrl(request, reportPath(report.instanceId));
  const file = `${self}/file`;
  const result = report.output && { ...report.output, file };
  return resourceResponse(report, {
    kind: "report",
    progress: report.status ?? { percent: 0 },
    result,
    links: { self, ...(result && { file }) },
  });
}

/** The answer while a report is being canceled: it ends soon, as `canceled` or, if it was faster, as `completed`. */
export function canceling(request: HttpRequest, { instanceId: id }: Report): HttpResponseInit {
  const self = absoluteUrl(request, reportPath(id));
  return {
    status: 202,
    headers: { location: self, "retry-after": "1" },
    jsonBody: { id, status: "running", links: { self } },
  };
}
