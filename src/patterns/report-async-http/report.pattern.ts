import { definePattern } from "../pattern.ts";
import { createReportEndpoints, type ReportEndpointServices } from "./report.http.ts";
import { createReportActivities, type ReportServices } from "./report.activities.ts";
import { salesReport } from "./report.contract.ts";
import { reportDescriptions } from "./report.openapi.ts";
import { reportOrchestrator } from "./report.orchestrator.ts";

export const reportAsyncHttp = definePattern<ReportServices & ReportEndpointServices>({
  name: "report-async-http",
  orchestrations: {
    root: salesReport,
    orchestrators: [reportOrchestrator],
    stuckAfter: { hours: 1 },
    removeFiles: ({ reports }, id) => reports.remove(id),
  },
  activities: createReportActivities,
  endpoints: createReportEndpoints,
  descriptions: reportDescriptions,
});
