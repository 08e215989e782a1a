import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { TableSalesJournal } from "../../../src/services/sandbox/table-sales-journal.ts";
import { startShop } from "../../support/shop.ts";
import { NOVEMBER, Reports } from "./reports.ts";

const STEPS = ["addUpSales", "writeReport"];

let host: TestHost;
let reports: Reports;

beforeAll(async () => {
  const shop = await startShop();
  host = shop.host;
  reports = new Reports(host.url);
  const lines = [{ sku: "mug-300", quantity: 2, amount: { value: 2198, currency: "EUR" } }];
  const sale = { orderId: "order-1", country: "DE", at: "2026-11-24T10:00:00.000Z", lines };
  await new TableSalesJournal(shop.storage).recordSale(sale);
});
afterEach(() => {
  for (const step of STEPS) host.activity(step).restore();
});
afterAll(() => host?.stop());

describe("a step whose result is lost", () => {
  test.each(STEPS)("once (%s) is repeated, and nothing is counted twice", async (step) => {
    host.activity(step).failAfterRunning(1);
    const id = await reports.start(NOVEMBER);
    await host.instance(id).completion();
    expect((await reports.lines(id)).slice(1)).toEqual(["2026-11-24,1,2,21.98,0.00,EUR"]);
  });

  test.each(STEPS)("always (%s) fails the report, which then has no file", async (step) => {
    host.activity(step).failAfterRunning();
    const id = await reports.start(NOVEMBER);
    await host.instance(id).completion();
    expect((await reports.find(id)).status).toBe("failed");
    expect((await reports.get(id, "/file")).status).toBe(409);
  });
});
