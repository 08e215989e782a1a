import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TableSalesJournal } from "../../src/services/sandbox/table-sales-journal.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { type OrderResource } from "../patterns/order-chaining/orders.ts";
import { type ImportResource, Imports } from "../patterns/price-import/imports.ts";
import { aRefund, Refunds } from "../patterns/refund-approval/refunds.ts";
import { NOVEMBER, Reports } from "../patterns/report-async-http/reports.ts";
import { Watches } from "../patterns/shipment-monitor/watches.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.host.stop());

interface Resource {
  readonly id: string;
  readonly status: string;
  readonly result?: Readonly<Record<string, unknown>>;
}

const key = () => `key-${randomUUID()}`;
const purge = async (id: string) =>
  expect((await shop.host.fetch(`/api/instances/${id}`, { method: "DELETE" })).status).toBe(204);

async function post<T extends Resource>(path: string, body: object, key: string): Promise<T> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const started = await shop.host.fetch(`/api/${path}`, init);
  expect(started.status).toBe(202);
  const { id } = (await started.json()) as Resource;
  await shop.host.instance(id).completion();
  const { location } = Object.fromEntries(started.headers);
  return (await (await fetch(location ?? "")).json()) as T;
}

/** The result of a request, and of the same request after a purge. */
async function twice<T extends Resource>(
  path: string,
  body: object,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<[T, T]> {
  const again = key();
  const first = await post<T>(path, body, again);
  const repeated = await post<T>(path, body, again);
  expect(repeated.id).toBe(first.id);
  await purge(first.id);
  await between();
  const second = await post<T>(path, body, again);
  expect(second.id).not.toBe(first.id);
  return [first, second];
}

test("an order that was refused is refused again, and not affected by remains of the first one", async () => {
  const orders = await twice<OrderResource>("orders", anOrder({ token: "tok_declined" }));
  for (const order of orders) {
    expect(order).toMatchObject({ status: "completed", result: { kind: "paymentDeclined" } });
  }
});

test("an import that was rolled back is imported, with its own dead letters", async () => {
  const imports = new Imports(shop);
  await imports.bring("again", ["again-lamp,1.00,EUR", "refused-lamp,2.00,EUR"]);
  const [first, second] = await twice<ImportResource>("price-lists/again/import", { onError: "fail" }, () =>
    imports.bring("again", ["again-lamp,1.00,EUR"]),
  );
  expect(first.result).toMatchObject({ kind: "rolledBack" });
  expect(await imports.deadLetters(first.id)).toEqual([]);
  expect(second.result).toMatchObject({ kind: "imported", applied: 1 });
  expect(await imports.prices("again-lamp")).toEqual([100]);
});

test("a report has the sales since then, and the file of the purged one is deleted", async () => {
  const reports = new Reports(shop.host.url);
  const sale = { orderId: "order-77", country: "DE", at: "2026-11-24T10:00:00.000Z" };
  const line = { sku: "mug-300", quantity: 1, amount: { value: 1099, currency: "EUR" } };
  const [first, second] = await twice("reports", NOVEMBER, () =>
    new TableSalesJournal(shop.storage).recordSale({ ...sale, lines: [line] }),
  );
  expect((await reports.lines(second.id)).join()).toContain("10.99");
  const files = await shop.storage.container("reports");
  const names: string[] = [];
  for await (const { name } of files.listBlobsFlat()) names.push(name);
  expect(names.some((name) => name.startsWith(first.id))).toBe(false);
});

test("a refund sends a new mail to its approver", async () => {
  const refunds = new Refunds(shop.host.url, shop.storage);
  const orderId = await refunds.soldOrder();
  const [first, second] = await twice("refunds", aRefund({ orderId }));
  expect(second.result).toMatchObject({ kind: "expired" });
  expect(await refunds.mailsOf(second.id)).toEqual(await refunds.mailsOf(first.id));
});

test("a parcel is watched again immediately", async () => {
  const watches = new Watches(shop);
  const parcel = await watches.parcelTo("00010");
  const again = key();
  const body = { minInterval: "PT1S" };
  for (let time = 1; time <= 2; time++) {
    const begun = performance.now();
    expect((await watches.post(parcel, body, again)).status).toBe(202);
    expect(performance.now() - begun).toBeLessThan(1500);
    await watches.instance(parcel).completion();
    expect(await watches.find(parcel)).toMatchObject({ result: { kind: "delivered" } });
    await purge(`shipment-${parcel}`);
  }
});
