import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SalesView } from "../../../src/patterns/sales-aggregator/sales.contract.ts";
import { type Shop, startShop } from "../../support/shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.host.stop());

const eur = (value: number) => ({ value, currency: "EUR" });

async function get(route: string): Promise<Response> {
  await shop.host.settle();
  return shop.host.fetch(`/api/${route}`);
}

async function salesOf(sku: string): Promise<SalesView> {
  const response = await get(`sales/${sku}`);
  expect(response.status).toBe(200);
  return (await response.json()) as SalesView;
}

function signal(sku: string, operation: string, input: object): Promise<void> {
  return shop.host.hub.signalEntity({ name: "productsales", key: sku }, operation, JSON.stringify(input));
}

const sold = (key: string, change: object = {}) => ({
  key,
  quantity: 2,
  amount: eur(500),
  at: "2027-03-01T08:00:00.000Z",
  ...change,
});

async function order(lines: { sku: string; quantity: number }[], token = "tok_ok"): Promise<string> {
  const response = await shop.host.fetch("/api/orders", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      customer: { name: "Sample Customer", email: "customer@example.com" },
      shipTo: {
        name: "Sample Customer",
        street: "Example Street 1",
        postalCode: "10115",
        city: "Berlin",
        country: "DE",
      },
      lines,
      payment: { token },
    }),
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

describe("orders", () => {
  test("count for each of their products, once, with all their lines", async () => {
    const lines = [
      { sku: "mug-300", quantity: 2 },
      { sku: "book-a4-24", quantity: 1 },
      { sku: "mug-300", quantity: 3 },
    ];
    await shop.host.instance(await order(lines)).completion();
    expect(await salesOf("mug-300")).toEqual({
      sku: "mug-300",
      orders: 1,
      units: 5,
      revenue: eur(5 * 1099),
      refunds: eur(0),
      updatedAt: expect.stringMatching(/^20\d\d-.*Z$/),
    });
    expect(await salesOf("book-a4-24")).toMatchObject({ orders: 1, units: 1, revenue: eur(2495) });
  });

  test("that are not confirmed do not count", async () => {
    await shop.host.instance(await order([{ sku: "puzzle-500", quantity: 1 }], "tok_declined")).completion();
    expect(await salesOf("puzzle-500")).toMatchObject({ orders: 0, units: 0, revenue: eur(0) });
  });

  test("all count, 100 at the same time", async () => {
    const ids = await Promise.all(
      Array.from({ length: 100 }, () => order([{ sku: "print-10x15", quantity: 3 }])),
    );
    for (const id of ids) await shop.host.instance(id).completion();
    expect(await salesOf("print-10x15")).toMatchObject({ orders: 100, units: 300, revenue: eur(300 * 19) });
  });
});

describe("a signal", () => {
  test("that is repeated counts once, in any number and order", async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `order-${n}:00`);
    const all = [...keys, ...keys.toReversed(), ...keys, ...keys];
    await Promise.all(all.map((key) => signal("again", "sold", sold(key))));
    expect(await salesOf("again")).toMatchObject({ orders: 20, units: 40, revenue: eur(10_000) });
  });

  test("of a repeated refund counts once, and does not change orders and units", async () => {
    await signal("refunded", "sold", sold("order-1:00"));
    const { quantity: _, ...refund } = sold("refund-1:00", { amount: eur(200) });
    for (let i = 0; i < 3; i++) await signal("refunded", "refunded", refund);
    expect(await salesOf("refunded")).toMatchObject({
      orders: 1,
      units: 2,
      revenue: eur(500),
      refunds: eur(200),
    });
  });

  test("that arrives late does not change the time to an earlier one", async () => {
    await signal("late", "sold", sold("order-2:00", { at: "2027-03-02T08:00:00.000Z" }));
    await signal("late", "sold", sold("order-1:00", { at: "2027-03-01T08:00:00.000Z" }));
    expect(await salesOf("late")).toMatchObject({ orders: 2, updatedAt: "2027-03-02T08:00:00.000Z" });
  });

  test.each([
    ["a fraction", { amount: { value: 1.5, currency: "EUR" } }],
    ["no currency", { amount: { value: 1 } }],
    ["a negative amount", { quantity: -1 }],
    ["no time", { at: "yesterday" }],
    ["no key", { key: "" }],
    ["a number that is too large", { quantity: 1e300 }],
  ])("with %s is refused", async (_what, change) => {
    const sku = `bad-${randomUUID().slice(0, 8)}`;
    await signal(sku, "sold", sold("order-1:00"));
    await signal(sku, "sold", sold("order-2:00", change));
    expect(await salesOf(sku)).toMatchObject({ orders: 1, units: 2, revenue: eur(500) });
  });
});

test("amounts of several currencies are kept separate", async () => {
  await signal("abroad", "sold", sold("order-1:00"));
  await signal("abroad", "sold", sold("order-2:00", { amount: { value: 900, currency: "CHF" } }));
  expect(await salesOf("abroad")).toMatchObject({
    orders: 2,
    revenue: eur(500),
    otherCurrencies: [{ revenue: { value: 900, currency: "CHF" }, refunds: { value: 0, currency: "CHF" } }],
  });
});

test("the state stays below what a client can read, and keys are never shown", async () => {
  const keys = Array.from({ length: 700 }, () => `order-${randomUUID()}:00`);
  for (const key of keys) await signal("busy", "sold", sold(key));
  expect(await salesOf("busy")).toMatchObject({ orders: 700 });
  const state = (await shop.host.hub.readEntity({ name: "productsales", key: "busy" }))?.state ?? "";
  expect(state.length * 2).toBeLessThan(16 * 1024);
  expect(JSON.stringify(await salesOf("busy"))).not.toContain("seen");
});

describe("GET /api/sales", () => {
  test("has every product that was sold, each once, in pages", async () => {
    for (let n = 0; n < 60; n++) await signal(`many-${n}`, "sold", sold("order-1:00"));
    const skus: string[] = [];
    let pages = 0;
    let continuation: string | undefined;
    do {
      const query = continuation === undefined ? "" : `?continuation=${continuation}`;
      const response = await get(`sales${query}`);
      expect(response.status).toBe(200);
      const page = (await response.json()) as { sales: SalesView[]; continuation?: string };
      skus.push(...page.sales.map(({ sku }) => sku));
      ({ continuation } = page);
      pages += 1;
    } while (continuation !== undefined);
    expect(pages).toBeGreaterThan(1);
    expect(new Set(skus).size).toBe(skus.length);
    expect(skus).toEqual(expect.arrayContaining(["again", "busy", "many-0", "many-59", "mug-300"]));
  });

  test.each([
    ["page=2", "#query/page"],
    ["continuation=%0d%0a", "#query/continuation"],
    ["continuation=", "#query/continuation"],
  ])("refuses ?%s", async (query, pointer) => {
    const response = await get(`sales?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});

describe("GET /api/sales/{sku}", () => {
  test("of a product that was never sold is all zeros", async () => {
    expect(await salesOf("canvas-60x80")).toEqual({
      sku: "canvas-60x80",
      orders: 0,
      units: 0,
      revenue: eur(0),
      refunds: eur(0),
      updatedAt: null,
    });
  });

  test.each([
    ["no-such-product", 404],
    ["UPPER", 400],
    ["a%2Fb", 400],
    ["-x", 400],
    ["x".repeat(65), 400],
    ["%40productsales%40mug-300", 400],
  ])("of %s answers %i", async (sku, status) => {
    const response = await get(`sales/${sku}`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});
