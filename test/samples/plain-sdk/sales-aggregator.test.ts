import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Shop, startShop } from "../../support/shop.ts";
import { type PlainApp, startPlainApp } from "./plain-app.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.host.stop());

const SALE = { quantity: 2, cents: 2198 };

async function plainTotals({ host }: PlainApp, sku: string): Promise<unknown> {
  await host.settle();
  return (await host.fetch(`/api/sales/${sku}`)).json();
}

/** Signals our entity, as an order does. */
async function signalOurs(sku: string, input: object): Promise<void> {
  const id = { name: "productsales", key: sku };
  await shop.host.hub.signalEntity(id, "sold", JSON.stringify({ at: "2026-11-24T10:00:00.000Z", ...input }));
}

async function ourTotals(sku: string): Promise<unknown> {
  await shop.host.settle();
  return (await shop.host.fetch(`/api/sales/${sku}`)).json();
}

const ours = (key: string) => ({ key, quantity: 2, amount: { value: 2198, currency: "EUR" } });

test("the plain totals add sales and subtract refunds", async () => {
  await using plain = await startPlainApp();
  expect((await plain.host.fetch("/api/sales/mug-300")).status).toBe(404);
  for (let sale = 0; sale < 2; sale++) await plain.post("sales/mug-300/sold", SALE);
  await plain.post("sales/mug-300/refunded", { quantity: 0, cents: 1000 });
  expect(await plainTotals(plain, "mug-300")).toEqual({ quantity: 4, cents: 3396 });
});

describe("a sale that is signaled twice", () => {
  test("counts twice in the plain totals", async () => {
    await using plain = await startPlainApp();
    for (let time = 0; time < 2; time++) await plain.post("sales/mug-300/sold", SALE);
    expect(await plainTotals(plain, "mug-300")).toEqual({ quantity: 4, cents: 4396 });
  });

  test("counts once in ours", async () => {
    for (let time = 0; time < 2; time++) await signalOurs("told-twice", ours("order-1:00"));
    expect(await ourTotals("told-twice")).toMatchObject({ orders: 1, units: 2, revenue: { value: 2198 } });
  });
});

describe("a sale with a string instead of a number", () => {
  test("corrupts the plain totals permanently", async () => {
    await using plain = await startPlainApp();
    await plain.post("sales/mug-300/sold", { quantity: "2", cents: 2198 });
    await plain.post("sales/mug-300/sold", SALE);
    expect(await plainTotals(plain, "mug-300")).toEqual({ quantity: "022", cents: 4396 });
  });

  test("is refused by ours, and the totals stay correct", async () => {
    await signalOurs("text", { ...ours("order-1:00"), quantity: "2" });
    await signalOurs("text", ours("order-2:00"));
    expect(await ourTotals("text")).toMatchObject({ orders: 1, units: 2 });
  });
});
