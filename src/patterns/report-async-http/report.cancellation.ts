import type { HttpResponseInit } from "@azure/functions";
import type { Call } from "../../http/endpoint.ts";
import { type Report, reportPath } from "./report.view.ts";

/** Answers at once; the report ends soon, as `canceled` or, if it was faster, as `completed`. */
export async function cancel(
  { orchestrations, url }: Pick<Call, "orchestrations" | "url">,
  { instanceId: id }: Report,
): Promise<HttpResponseInit> {
  await orchestrations.terminate(id, "Canceled by the caller");
  const self = url(reportPath(id));
  return {
    status: 202,
    headers: { location: self, "retry-after": "1" },
    jsonBody: { id, status: "running", links: { self } },
  };
}
