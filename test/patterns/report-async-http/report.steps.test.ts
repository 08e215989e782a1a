import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { BlobReportStore } from "../../../src/services/reports/blob-report-store.ts";
import { TableSalesJournal } from "../../../src/services/sandbox/table-sales-journal.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { startShop } from "../../support/shop.ts";
import { NOVEMBER, Reports } from "./reports.ts";

const DAYS = 30;
const ORDERS_A_DAY = 8;
const LINES = 50;

let host: TestHost;
let storage: Storage;
let reports: Reports;

/** 12,000 facts: three steps of 5,000. */
beforeAll(async () => {
  ({ host, storage } = await startShop({ store: "file" }));
  reports = new Reports(host.url);
  const journal = new TableSalesJournal(storage);
  const amount = { value: 100, currency: "EUR" };
  const lines = Array.from({ length: LINES }, (_, line) => ({ sku: `sku-${line}`, quantity: 1, amount }));
  const days = Array.from({ length: DAYS }, (_, day) => `2026-11-${String(day + 1).padStart(2, "0")}`);
  const sales = days.flatMap((day) =>
    Array.from({ length: ORDERS_A_DAY }, (_, n) => ({ orderId: `${day}-${n}`, at: `${day}T10:00:00.000Z` })),
  );
  while (sales.length > 0) {
    await Promise.all(
      sales.splice(0, 24).map((sale) => journal.recordSale({ ...sale, country: "DE", lines })),
    );
  }
}, 60_000);
afterAll(() => host?.stop());

const EXPECTED = Array.from(
  { length: DAYS },
  (_, day) => `2026-11-${String(day + 1).padStart(2, "0")},${ORDERS_A_DAY},400,400.00,0.00,EUR`,
);

test("a long report is made in steps with progress, and a small history", async () => {
  const percents: number[] = [];
  let call = host.activity("addUpSales").nextCall();
  const id = await reports.start(NOVEMBER);
  for (let step = 0; step < 3; step++) {
    const held = await call;
    call = host.activity("addUpSales").nextCall();
    percents.push((await reports.find(id)).progress.percent);
    held.release();
  }
  await host.instance(id).completion();
  expect(percents).toEqual([0, 40, 80]);
  expect((await reports.lines(id)).slice(1)).toEqual(EXPECTED);
  const history = JSON.stringify(await host.instance(id).history());
  expect(history.length).toBeLessThan(10_000);
});

test("a step that runs twice changes nothing, even with new sales in between", async () => {
  const store = new BlobReportStore(storage);
  const first = await store.keepInterim("report-twice", 0, { totals: ["first"] });
  expect(await store.keepInterim("report-twice", 0, { totals: ["second"] })).toEqual(first);
  expect(await store.interim("report-twice", 0)).toEqual(first);
});

test(
  "a report is the same, although the host dies after any one of its commits",
  { timeout: 120_000 },
  async () => {
    let hasDied = true;
    for (let commits = 0; hasDied; commits++) {
      const id = await reports.start(NOVEMBER);
      hasDied = await host.completeThroughDeath(id, commits);
      expect((await reports.lines(id)).slice(1)).toEqual(EXPECTED);
    }
  },
);
