import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { BlobReportStore } from "../../../src/services/reports/blob-report-store.ts";
import { TableSalesJournal } from "../../../src/services/sandbox/table-sales-journal.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "../order-chaining/order-samples.ts";
import { Orders } from "../order-chaining/orders.ts";
import { NOVEMBER, type ReportResource, Reports } from "./reports.ts";

let host: TestHost;
let storage: Storage;
let reports: Reports;

beforeAll(async () => {
  ({ host, storage } = await startShop());
  reports = new Reports(host.url);
  const journal = new TableSalesJournal(storage);
  const lines = [{ sku: "mug-300", quantity: 2, amount: { value: 2198, currency: "EUR" } }];
  for (let day = 10; day < 20; day++) {
    const at = `2026-11-${day}T10:00:00.000Z`;
    await journal.recordSale({ orderId: `order-${day}`, country: "DE", at, lines });
  }
});
afterAll(() => host?.stop());

async function problemOf(response: Response): Promise<unknown> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return response.json();
}

describe("a report", () => {
  test("is created in the background and read from its own URL", async () => {
    const response = await reports.post(NOVEMBER);
    expect(response.status).toBe(202);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.get("preference-applied")).toBeNull();
    const { id, links } = (await response.json()) as ReportResource;
    expect(response.headers.get("location")).toBe(links.self);
    await host.instance(id).completion();
    const self = `${host.url}/api/reports/${id}`;
    expect(await reports.find(id)).toEqual({
      id: expect.stringMatching(/^report-[0-9a-f]{32}$/),
      kind: "report",
      status: "completed",
      progress: { percent: 100 },
      result: { kind: "reported", lines: 10, bytes: expect.any(Number), file: `${self}/file` },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      links: { self, file: `${self}/file` },
    });
    const lines = await reports.lines(id);
    expect(lines[0]).toBe("day,orders,units,revenue,refunds,currency");
    expect(lines.slice(1)).toEqual(
      Array.from({ length: 10 }, (_, n) => `2026-11-${n + 10},1,2,21.98,0.00,EUR`),
    );
  });

  test("contains the sales of the shop, by product and by country", async () => {
    const orders = new Orders(host.url, storage);
    const order = await orders.place(anOrder());
    await host.instance(order).completion();
    const today = new Date(host.clock.now()).toISOString().slice(0, 10);
    for (const [groupBy, expected] of [
      ["sku", ["book-a4-24,1,1,24.95,0.00,EUR", "mug-300,1,3,32.97,0.00,EUR"]],
      ["country", ["DE,1,4,57.92,0.00,EUR"]],
    ] as const) {
      const id = await reports.start({ from: today, to: today, groupBy });
      await host.instance(id).completion();
      expect((await reports.lines(id)).slice(1)).toEqual(expected);
    }
  });

  test("of a period without sales has only a heading", async () => {
    const id = await reports.start({ from: "2020-01-01", to: "2020-01-02", groupBy: "sku" });
    await host.instance(id).completion();
    expect(await reports.lines(id)).toEqual(["sku,orders,units,revenue,refunds,currency"]);
  });

  test("that does not exist is 404, also for its file and to delete", async () => {
    for (const response of [
      await reports.get("report-none"),
      await reports.get("report-none", "/file"),
      await reports.delete("report-none"),
    ]) {
      expect(response.status).toBe(404);
      await problemOf(response);
    }
  });

  test.each([
    ["/to", { ...NOVEMBER, to: "2026-10-31" }],
    ["/groupBy", { ...NOVEMBER, groupBy: "constructor" }],
    ["/limit", { ...NOVEMBER, limit: 1 }],
  ])("requested with a wrong %s is refused", async (pointer, body) => {
    const response = await reports.post(body);
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ errors: [{ pointer }] });
  });
});

describe("the file", () => {
  test("is sent as an attachment, with a tag for conditional requests", async () => {
    const id = await reports.start({ ...NOVEMBER, from: "2026-11-01T00:00:00Z" });
    await host.instance(id).completion();
    const response = await reports.get(id, "/file");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="sales-by-day-2026-11-01T000000Z-2026-11-30.csv"',
    );
    const etag = response.headers.get("etag") ?? "";
    const url = `/api/reports/${id}/file`;
    expect((await host.fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
    const head = await host.fetch(url, { method: "HEAD", headers: { "if-match": etag } });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(response.headers.get("content-length"));
    const part = await host.fetch(url, { headers: { range: "bytes=0-2" } });
    expect([part.status, await part.text()]).toEqual([206, "day"]);
  });

  test("returns 409 until the report is finished", async () => {
    const held = host.activity("writeReport").nextCall();
    const id = await reports.start(NOVEMBER);
    const call = await held;
    expect((await reports.find(id)).progress).toEqual({ percent: 99 });
    const response = await reports.get(id, "/file");
    expect(response.status).toBe(409);
    await problemOf(response);
    call.release();
    await host.instance(id).completion();
    expect((await reports.get(id, "/file")).status).toBe(200);
  });
});

describe("Prefer: wait", () => {
  test.each(["wait=10", "respond-async, wait=10", 'Wait = "10"; x=1'])(
    "%s returns the finished report",
    async (prefer) => {
      const response = await reports.post(NOVEMBER, { prefer });
      expect(response.status).toBe(200);
      expect(response.headers.get("preference-applied")).toBe("wait=10");
      const report = (await response.json()) as ReportResource;
      expect(report.status).toBe("completed");
      expect(report.result?.lines).toBe(10);
      expect(response.headers.get("content-location")).toBe(report.links.self);
    },
  );

  test("that times out returns 202, and the report continues", async () => {
    const held = host.activity("addUpSales").nextCall();
    const started = performance.now();
    const posted = reports.post(NOVEMBER, { prefer: "wait=1" });
    const call = await held;
    const response = await posted;
    expect(response.status).toBe(202);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(response.headers.get("preference-applied")).toBe("wait=1");
    const { id } = (await response.json()) as ReportResource;
    call.release();
    await host.instance(id).completion();
    expect((await reports.find(id)).status).toBe("completed");
  });

  test.each(["wait=0", "wait=soon", "wait", "await=5", "return=minimal", "wait=-1"])(
    "%s is not a valid preference, and is ignored",
    async (prefer) => {
      const response = await reports.post(NOVEMBER, { prefer });
      expect(response.status).toBe(202);
      expect(response.headers.get("preference-applied")).toBeNull();
      await host.instance(((await response.json()) as ReportResource).id).completion();
    },
  );
});

describe("Idempotency-Key", () => {
  test("sent 50 times simultaneously starts one report", async () => {
    const callsBefore = host.activity("writeReport").calls.length;
    const headers = { "idempotency-key": "fifty-at-once" };
    const ids = await Promise.all(Array.from({ length: 50 }, () => reports.start(NOVEMBER, headers)));
    expect(new Set(ids).size).toBe(1);
    await host.instance(ids[0] ?? "").completion();
    expect(host.activity("writeReport").calls.length - callsBefore).toBe(1);
    expect(await reports.start(NOVEMBER, headers)).toBe(ids[0]);
    const waited = await reports.post(NOVEMBER, { ...headers, prefer: "wait=5" });
    expect([waited.status, ((await waited.json()) as ReportResource).id]).toEqual([200, ids[0]]);
    const other = await reports.post({ ...NOVEMBER, groupBy: "sku" }, headers);
    expect(other.status).toBe(422);
  });
});

describe("deleting", () => {
  test("a running report cancels it; deleting it again removes it", async () => {
    const held = host.activity("addUpSales").nextCall();
    const id = await reports.start(NOVEMBER);
    const call = await held;
    const response = await reports.delete(id);
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`${host.url}/api/reports/${id}`);
    call.release();
    await host.instance(id).completion();
    const report = await reports.find(id);
    expect(report.status).toBe("canceled");
    expect(report.result).toBeUndefined();
    expect((await reports.get(id, "/file")).status).toBe(409);
    expect((await reports.delete(id)).status).toBe(204);
    expect((await reports.get(id)).status).toBe(404);
  });

  test("a finished report removes it with its file", async () => {
    const id = await reports.start(NOVEMBER);
    await host.instance(id).completion();
    const response = await reports.delete(id);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect((await reports.get(id)).status).toBe(404);
    expect((await reports.get(id, "/file")).status).toBe(404);
    expect((await reports.delete(id)).status).toBe(404);
    const container = await storage.container("reports");
    for await (const { name } of container.listBlobsFlat({ prefix: id })) expect(name).toBe("gone");
    expect(await new BlobReportStore(storage).findFile(id)).toBeUndefined();
  });
});
