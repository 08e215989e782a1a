import { isFinal } from "../../durable/client/orchestration-client.ts";
import type { Endpoint } from "../../http/endpoint.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import { conditionOf } from "../../http/preconditions.ts";
import { answerInTime } from "../../http/prefer-wait.ts";
import { readJson } from "../../http/read-body.ts";
import type { Claims } from "../../storage/claims.ts";
import type { ReportStore } from "../../services/reports/report-store.ts";
import { salesReport } from "./report.contract.ts";
import { deleteReport } from "./report.deletion.ts";
import { reportRequest } from "./report.request.ts";
import { reportPath as path, reportResponse } from "./report.view.ts";

export interface ReportEndpointServices {
  readonly claims: Claims;
  readonly reports: ReportStore;
}

/** Have a report made, see how far it is, and cancel or delete it. */
export function createReportEndpoints(services: ReportEndpointServices): Endpoint[] {
  return [
    {
      name: "requestReport",
      method: "POST",
      route: "reports",
      async handle(request, call) {
        const input = await readJson(request, reportRequest);
        const start = { orchestration: salesReport, content: input, input, path };
        const accepted = await startOnce(request, call, services.claims, start);
        return answerInTime(request, accepted, async () => {
          const report = await call.orchestrations.find(salesReport, accepted.jsonBody.id);
          return report && isFinal(report) ? reportResponse(call, report) : undefined;
        });
      },
    },
    {
      name: "getReport",
      method: "GET",
      route: "reports/{id}",
      handle: async (request, call) =>
        reportResponse(call, await findStarted(request, call.orchestrations, salesReport)),
    },
    {
      name: "deleteReport",
      method: "DELETE",
      route: "reports/{id}",
      isConditional: true,
      async handle(request, call) {
        const report = await findStarted(request, call.orchestrations, salesReport);
        conditionOf(request)?.({ modifiedAt: report.updatedAt });
        return deleteReport(call, report, services);
      },
    },
  ];
}
