import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { OrchestrationClient } from "../../durable/orchestration-client.ts";
import { absoluteUrl } from "../../http/resource.ts";
import { type Report, reportPath } from "./report.view.ts";

/** Answers at once; the report ends soon, as `canceled` or, if it was faster, as `completed`. */
export async function cancel(
  request: HttpRequest,
  orchestrations: OrchestrationClient,
  { instanceId: id }: Report,
): Promise<HttpResponseInit> {
  await orchestrations.terminate(id, "Canceled by the caller");
  const self = absoluteUrl(request, reportPath(id));
  return {
    status: 202,
    headers: { location: self, "retry-after": "1" },
    jsonBody: { id, status: "running", links: { self } },
  };
}
