import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { TableSalesJournal } from "../../../src/services/sandbox/table-sales-journal.ts";
import { NOVEMBER, Reports } from "../../patterns/report-async-http/reports.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { startPlainApp } from "./plain-app.ts";

let shop: Shop;
let reports: Reports;
beforeAll(async () => {
  shop = await startShop();
  reports = new Reports(shop.host.url);
});
afterAll(() => shop?.host.stop());

const DAYS = ["2026-11-01", "2026-11-02"];
const SKU = "print-10x15";

const instances = async (host: TestHost) => (await host.hub.list({})).items.length;
const history = async (host: TestHost, id: string) => JSON.stringify(await host.hub.history(id));

test("the plain report returns 202, and is read at the address in the response", async () => {
  await using plain = await startPlainApp();
  const response = await plain.post("reports", DAYS);
  expect(response.status).toBe(202);
  const { id, statusQueryGetUri } = (await response.json()) as Record<string, string>;
  await plain.host.instance(id ?? "").completion();
  const status = await (await fetch(statusQueryGetUri ?? "")).json();
  expect(status).toMatchObject({
    runtimeStatus: "Completed",
    customStatus: { percent: 100 },
    output: "sku,quantity,cents\r\nmug-300,2,2198\r\nprint-10x15,1,19\r\nmug-300,2,2198\r\nprint-10x15,2,38",
  });
});

describe("the response to a request for a report", () => {
  test("gives the plain caller a key that works for every instance", async () => {
    await using plain = await startPlainApp();
    const other = await plain.start("refunds", { cents: 100, approvers: ["somebody"], hours: 72 });
    const { id, terminatePostUri } = (await (await plain.post("reports", DAYS)).json()) as Record<
      string,
      string
    >;
    const address = terminatePostUri?.replace(id ?? "", other.id) ?? "";
    expect(address).toContain("code=");
    expect((await fetch(address, { method: "POST" })).status).toBe(202);
    expect((await other.completion()).runtimeStatus).toBe("Terminated");
  });

  test("gives our caller only the URL of the report", async () => {
    const response = await reports.post(NOVEMBER);
    const text = JSON.stringify([await response.json(), [...response.headers]]);
    expect(text).toContain("/api/reports/");
    expect(text).not.toContain("/runtime/webhooks/");
    expect(text).not.toContain("code=");
  });
});

describe("a request that is sent again because its response was lost", () => {
  test("starts a second plain report", async () => {
    await using plain = await startPlainApp();
    for (let time = 0; time < 2; time++) await plain.post("reports", DAYS);
    expect(await instances(plain.host)).toBe(2);
  });

  test("leads to the same report in our app", async () => {
    const key = { "idempotency-key": randomUUID() };
    expect(await reports.start(NOVEMBER, key)).toBe(await reports.start(NOVEMBER, key));
  });
});

describe("the sales of a report", () => {
  test("are in the history of the plain one, several times", async () => {
    await using plain = await startPlainApp();
    const report = await plain.start("reports", DAYS);
    await report.completion();
    // For two days: in the results of two steps, twice in the result of the last one, and twice in the output.
    expect((await history(plain.host, report.id)).split(SKU).length - 1).toBe(6);
  });

  test("are not in the history of ours", async () => {
    const orderId = `order-${randomUUID()}`;
    const lines = [{ sku: SKU, quantity: 2, amount: { value: 38, currency: "EUR" } }];
    const journal = new TableSalesJournal(shop.storage);
    await journal.recordSale({ orderId, country: "DE", at: "2026-11-24T10:00:00.000Z", lines });
    const id = await reports.start({ ...NOVEMBER, groupBy: "sku" });
    await shop.host.instance(id).completion();
    expect((await reports.lines(id)).join("\n")).toContain(SKU);
    expect(await history(shop.host, id)).not.toContain(SKU);
  });
});
