import type { HttpResponseInit } from "@azure/functions";
import { isFinal } from "../../durable/client/orchestration-client.ts";
import type { Call } from "../../http/endpoint.ts";
import { acceptedResponse } from "../../http/resource.ts";
import { releaseStart } from "../../http/start.ts";
import type { Claims } from "../../storage/claims.ts";
import type { ReportStore } from "../../services/reports/report-store.ts";
import { type Report, reportPath } from "./report.view.ts";

type Client = Pick<Call, "orchestrations" | "url">;

/** Cancels a report that is being made: 202. Deletes a finished one with its files: 204. */
export async function deleteReport(
  client: Client,
  report: Report,
  { claims, reports }: { claims: Claims; reports: ReportStore },
): Promise<HttpResponseInit> {
  if (!isFinal(report)) return cancel(client, report);
  // Its files first: without the instance nobody would know of them.
  await reports.remove(report.instanceId);
  await releaseStart(claims, report.instanceId);
  const purged = await client.orchestrations.purge(report.instanceId);
  // An operator may have let it run again meanwhile.
  return purged === "gone" ? { status: 204 } : cancel(client, report);
}

/** Answers at once; the report ends soon, as `canceled` or, if it was faster, as `completed`. */
async function cancel(
  { orchestrations, url }: Client,
  { instanceId: id }: Report,
): Promise<HttpResponseInit> {
  await orchestrations.terminate(id, "Canceled by the caller");
  return acceptedResponse(id, "running", { self: url(reportPath(id)) });
}
