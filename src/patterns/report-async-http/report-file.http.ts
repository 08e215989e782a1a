import type { Endpoint } from "../../http/endpoint.ts";
import { fileResponse } from "../../http/file-response.ts";
import { findStarted } from "../../http/start.ts";
import { Problem } from "../../http/problem.ts";
import type { ReportStore } from "../../services/reports/report-store.ts";
import { salesReport } from "./report.contract.ts";

/** Fetch the file of a finished report. */
export function createReportFileEndpoints({ reports }: { reports: ReportStore }): Endpoint[] {
  return [
    {
      name: "getReportFile",
      method: "GET",
      route: "reports/{id}/file",
      isConditional: true,
      async handle(request, { orchestrations }) {
        const { instanceId, output, input } = await findStarted(request, orchestrations, salesReport);
        if (!output) throw new Problem("conflict", "The report is not finished, so it has no file");
        const file = await reports.findFile(instanceId);
        if (!file) throw new Problem("not-found", "The report is being deleted");
        const saveAs = `sales-by-${input.groupBy}-${input.from}-${input.to}.csv`.replaceAll(":", "");
        // Figures of the shop: no cache but the caller's own may keep them.
        return fileResponse(request, { ...file, saveAs }, "private, no-cache");
      },
    },
  ];
}
