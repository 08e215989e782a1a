import type { HttpResponseInit } from "@azure/functions";
import type { InstanceStatus } from "../../durable/client/orchestration-client.ts";
import type { Call } from "../../http/endpoint.ts";
import { resourceResponse } from "../../http/resource.ts";
import type { ReportRequest, ReportResult, ReportStatus } from "./report.contract.ts";

export type Report = InstanceStatus<ReportRequest, ReportResult, ReportStatus>;

export const reportPath = (id: string) => `/api/reports/${id}`;

/** A report as callers see it. */
export function reportResponse({ url }: Pick<Call, "url">, report: Report): HttpResponseInit {
  const self = url(reportPath(report.instanceId));
  const file = `${self}/file`;
  const result = report.output && { ...report.output, file };
  return resourceResponse(report, {
    kind: "report",
    progress: report.status ?? { percent: 0 },
    result,
    links: { self, ...(result && { file }) },
  });
}
