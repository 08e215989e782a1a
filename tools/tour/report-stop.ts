import { randomUUID } from "node:crypto";
import type { Api, Resource } from "./api.ts";
import { confirmedOrder } from "./confirmed-order.ts";
import { bar, type Screen } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

type Report = Resource<{ percent: number }, { kind: string; lines: number; file: string }>;

const JSON_BODY = { "content-type": "application/json" };

export const reportStop: Stop = {
  pattern: "Async HTTP API",
  story:
    "A sales report may take longer than a request can wait. The POST returns immediately with the URL of the report;\n" +
    "there the caller sees the progress, downloads the finished file, or cancels the report.",
  code: "src/patterns/report-async-http/report.orchestrator.ts",
  async run(api, screen) {
    await confirmedOrder(api);
    const today = new Date().toISOString().slice(0, 10);
    const request = { from: today, to: today, groupBy: "sku" };
    const report = await showPolling(api, screen, request);
    await showWaiting(api, screen, request);
    await showIdempotency(api, screen, request);
    await showDeletion(api, screen, report);
  },
};

async function showPolling(api: Api, screen: Screen, request: object): Promise<Report> {
  const answer = await post(api, request);
  expectSame("the response to POST", answer.status, 202);
  const address = answer.headers.get("location") ?? "";
  screen.good(`POST /api/reports → 202, Location: ${address.slice(api.base.length)}`);
  const report = await api.watch<Report["progress"], NonNullable<Report["result"]>>(
    address,
    ({ progress }) => {
      screen.live(`  adding up ${bar(progress.percent, 100)}`);
    },
  );
  expectSame("the report", [report.status, report.result?.kind], ["completed", "reported"]);
  const csv = Buffer.from(await api.bytes(report.result?.file ?? "")).toString();
  screen.good("polled until it was done, then downloaded its file:");
  const lines = csv.trim().split("\r\n");
  for (const line of lines.slice(0, 6)) screen.dim(`    ${line}`);
  if (lines.length > 6) screen.dim(`    … ${lines.length - 6} more`);
  return report;
}

async function showWaiting(api: Api, screen: Screen, request: object): Promise<void> {
  const answer = await post(api, request, { prefer: "wait=20" });
  const report = (await answer.json()) as Report;
  expectSame("the response to Prefer: wait=20", [answer.status, report.status], [200, "completed"]);
  screen.good(
    "the same with Prefer: wait=20 → 200 with the finished report: a caller that can wait needs only one call",
  );
}

async function showIdempotency(api: Api, screen: Screen, request: object): Promise<void> {
  const key = { "idempotency-key": randomUUID() };
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(api, request, key)));
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Report).id));
  expectSame("reports for ten calls with one Idempotency-Key", new Set(ids).size, 1);
  screen.good("requested ten times at the same time with one Idempotency-Key: one report");
}

async function showDeletion(api: Api, screen: Screen, report: Report): Promise<void> {
  const self = report.links["self"] ?? "";
  const statuses = [(await api.call("DELETE", self)).status, (await api.call("GET", self)).status];
  expectSame("DELETE of a finished report, then GET", statuses, [204, 404]);
  screen.good("DELETE → 204, and it is deleted (a running report is canceled: 202)");
}

function post(api: Api, request: object, headers: Record<string, string> = {}): Promise<Response> {
  const init = { headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(request) };
  return api.call("POST", "/api/reports", init);
}
