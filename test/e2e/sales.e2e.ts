import { expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { api, problemIn, run, start, unique } from "./app.ts";

interface Sales {
  readonly sku: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: { readonly value: number; readonly currency: string };
  readonly refunds: { readonly value: number; readonly currency: string };
  readonly updatedAt: string | null;
}

/** A product that no other file of this suite orders. */
const SKU = "puzzle-500";
const CENTS = 2199;
const salesOf = (sku: string) => api.get<Sales>(`/api/sales/${sku}`);

test("orders and refunds are in the totals of their products", { timeout: 120_000 }, async () => {
  const before = await salesOf(SKU);
  const { id, url } = await start("/api/orders", anOrder({ sku: SKU }));
  await api.watch(url);
  // Signals may arrive shortly after the order has ended. Others may also buy, so this is a minimum.
  const now = () => salesOf(SKU).then(({ orders, units, revenue }) => [orders, units, revenue.value]);
  const expected = [before.orders + 1, before.units + 3, before.revenue.value + 3 * CENTS];
  await expect.poll(async () => (await now()).every((value, at) => value >= (expected[at] ?? 0))).toBe(true);

  const refund = { orderId: id, amount: { value: CENTS, currency: "EUR" }, reason: "A piece is missing" };
  const approvers = { approver: "approver@example.com", escalateTo: "second@example.com" };
  expect((await run("/api/refunds", { ...refund, ...approvers })).result?.kind).toBe("autoApproved");
  await expect.poll(async () => (await salesOf(SKU)).refunds.value).toBeGreaterThan(before.refunds.value);
});

test("the list has each product once, in pages", async () => {
  const seen: string[] = [];
  let continuation: string | undefined;
  do {
    const query = continuation === undefined ? "" : `?continuation=${continuation}`;
    const page = await api.get<{ sales: Sales[]; continuation?: string }>(`/api/sales${query}`);
    seen.push(...page.sales.map(({ sku }) => sku));
    ({ continuation } = page);
  } while (continuation !== undefined);
  expect(new Set(seen).size).toBe(seen.length);
});

test("a product never sold has zeros, an unknown one is a 404, an invalid name or continuation a 400", async () => {
  expect(await salesOf("calendar-2020")).toMatchObject({ orders: 0, units: 0, revenue: { value: 0 } });
  expect(await problemIn(api.call("GET", `/api/sales/${unique("no")}`))).toMatchObject({ status: 404 });
  expect(await problemIn(api.call("GET", "/api/sales/NO"))).toMatchObject({ status: 400 });
  expect(await problemIn(api.call("GET", "/api/sales?continuation=x"))).toMatchObject({ status: 400 });
  expect(await problemIn(api.call("GET", "/api/sales?sku=x"))).toMatchObject({ status: 400 });
  const wrong = await problemIn(api.call("GET", "/api/sales/mug-300?currency=EUR"));
  expect(wrong).toMatchObject({ status: 400, pointer: "#query/currency" });
});
