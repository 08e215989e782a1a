import type { HttpResponseInit } from "@azure/functions";
import { isFinal } from "../../durable/client/orchestration-client.ts";
import type { Call, Endpoint } from "../../http/endpoint.ts";
import { fileResponse } from "../../http/file-response.ts";
import { conditionOf } from "../../http/read-request.ts";
import { answerInTime } from "../../http/prefer-wait.ts";
import { Problem } from "../../http/problem.ts";
import { readJson } from "../../http/read-body.ts";
import { acceptedResponse, findStarted, releaseStart, startOnce } from "../../http/start.ts";
import type { Services } from "../../services/services.ts";
import { reportRequest, salesReport } from "./report.contract.ts";
import { type Report, reportPath, reportResponse } from "./report.view.ts";

/** Request a report, get its status, get its file, and cancel or delete it. */
export function createReportEndpoints(services: Services): Endpoint[] {
  return [
    {
      name: "requestReport",
      method: "POST",
      route: "reports",
      async handle(request, call) {
        const input = await readJson(request, reportRequest);
        const start = { orchestration: salesReport, content: input, input, path: reportPath };
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
    {
      name: "getReportFile",
      method: "GET",
      route: "reports/{id}/file",
      isConditional: true,
      async handle(request, { orchestrations }) {
        const { instanceId, output, input } = await findStarted(request, orchestrations, salesReport);
        if (!output) throw new Problem("conflict", "The report is not finished, so it has no file");
        const file = await services.reports.findFile(instanceId);
        if (!file) throw new Problem("not-found", "The report is being deleted");
        const saveAs = `sales-by-${input.groupBy}-${input.from}-${input.to}.csv`.replaceAll(":", "");
        // Business figures: shared caches must not store them.
        return fileResponse(request, { ...file, saveAs }, "private, no-cache");
      },
    },
  ];
}

type Client = Pick<Call, "orchestrations" | "url">;

/** Cancels a running report: 202. Deletes a finished one with its files: 204. */
export async function deleteReport(
  client: Client,
  report: Report,
  { claims, reports }: Pick<Services, "claims" | "reports">,
): Promise<HttpResponseInit> {
  if (!isFinal(report)) return cancel(client, report);
  // The files first, because only the instance refers to them.
  await reports.remove(report.instanceId);
  await releaseStart(claims, report.instanceId);
  const purged = await client.orchestrations.purge(report.instanceId);
  // Refused if an operator has restarted it in the meantime.
  return purged === "gone" ? { status: 204 } : cancel(client, report);
}

/** Returns immediately. The report ends soon: as `canceled`, or as `completed` if it was faster. */
async function cancel(
  { orchestrations, url }: Client,
  { instanceId: id }: Report,
): Promise<HttpResponseInit> {
  await orchestrations.terminate(id, "Canceled by the caller");
  return acceptedResponse(id, "running", { self: url(reportPath(id)) });
}
