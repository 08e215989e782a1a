import type { Pattern } from "../pattern.ts";
import { createReportEndpoints } from "./report.http.ts";
import { createReportActivities } from "./report.activities.ts";
import { salesReport } from "./report.contract.ts";
import { reportDescriptions } from "./report.openapi.ts";
import { reportOrchestrator } from "./report.orchestrator.ts";

export const reportAsyncHttp: Pattern = {
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
};
