import { beforeEach, expect, test } from "vitest";
import { OrchestrationRuntimeStatus } from "durable-functions";
import type { OrchestrationClient } from "../../../src/durable/client/orchestration-client.ts";
import { deleteReport } from "../../../src/patterns/report-async-http/report.http.ts";
import type { Report } from "../../../src/patterns/report-async-http/report.view.ts";
import { TableClaims } from "../../../src/storage/claims.ts";
import { BlobReportStore } from "../../../src/services/reports/blob-report-store.ts";
import { testStorage, uniquePrefix } from "../../support/storage.ts";

const report = { instanceId: "report-1", runtimeStatus: OrchestrationRuntimeStatus.Failed } as Report;
let services: { claims: TableClaims; reports: BlobReportStore };

beforeEach(() => {
  const storage = testStorage(uniquePrefix());
  services = { claims: new TableClaims(storage), reports: new BlobReportStore(storage) };
});

/** A client whose purge returns this, as after an operator has rewound the report in the meantime. */
function clientOf(answer: "gone" | "refused") {
  const terminated: string[] = [];
  const orchestrations = {
    purge: () => Promise.resolve(answer),
    terminate: (id: string) => Promise.resolve(void terminated.push(id)),
  } as unknown as OrchestrationClient;
  return { client: { orchestrations, url: (path: string) => `http://shop.example${path}` }, terminated };
}

test("a finished report is deleted with its files", async () => {
  await services.reports.writeFile("report-1", "a,b");
  const { client, terminated } = clientOf("gone");
  expect(await deleteReport(client, report, services)).toEqual({ status: 204 });
  expect(await services.reports.findFile("report-1")).toBeUndefined();
  expect(terminated).toEqual([]);
});

test("the key of a deleted report is free again", async () => {
  const scope = `report-${"1".repeat(20)}`;
  const instanceId = `${scope}${"2".repeat(12)}`;
  const request = { scope, key: "november", fingerprint: "one", value: instanceId };
  expect(await services.claims.claim(request)).toMatchObject({ kind: "new" });
  const { client } = clientOf("gone");
  expect(await deleteReport(client, { ...report, instanceId }, services)).toEqual({ status: 204 });
  expect(await services.claims.find(request)).toBeUndefined();
});

test("a report that runs again in the meantime is canceled", async () => {
  const { client, terminated } = clientOf("refused");
  expect(await deleteReport(client, report, services)).toMatchObject({
    status: 202,
    headers: { location: "http://shop.example/api/reports/report-1" },
  });
  expect(terminated).toEqual(["report-1"]);
});
