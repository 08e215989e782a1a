import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Resource } from "../../tools/tour/api.ts";
import { api, post, unique } from "../e2e/app.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { isUnfinished, UNFINISHED_STATUSES } from "../../src/http/resource-status.ts";
import { instancesSince } from "./instances.ts";

/** Started at the same time, for each pattern. Each is started twice, like by a caller that got no response. */
const STARTS = 200;
/** Products that no other suite orders, so that their totals contain only this suite's orders. */
const [ORDERED, RETURNED] = ["calendar-2027", "canvas-30x40"] as const;
const POLL_OPTIONS = { timeout: 60_000, interval: 500 };

type Ended = Resource<Readonly<Record<string, number>>, { kind: string } & Readonly<Record<string, unknown>>>;

const since = new Date().toISOString();

/** After each pattern, none of its instances is still running, children included. */
async function expectNothingLeft(): Promise<void> {
  const left = async () =>
    (await instancesSince(since)).filter(({ status }) => isUnfinished(status)).map(({ id }) => id);
  await expect.poll(left, POLL_OPTIONS).toEqual([]);
}

/** Starts `STARTS` instances at the same time, each twice with one key. Returns how each of them ended. */
async function startAll(path: (n: number) => string, body: (n: number) => unknown): Promise<Ended[]> {
  const ids = await Promise.all(
    Array.from({ length: STARTS }, async (_, n) => {
      const key = { "idempotency-key": randomUUID() };
      const answers = await Promise.all([post(path(n), body(n), key), post(path(n), body(n), key)]);
      const urls = answers.map(({ status, headers }) => `${status} ${headers.get("location")}`);
      expect(new Set(urls).size, urls.join(", ")).toBe(1);
      for (const answer of answers) await answer.body?.cancel();
      return answers[0].headers.get("location") ?? "";
    }),
  );
  expect(new Set(ids).size).toBe(STARTS);
  return watchAll(ids);
}

/** Polls one list until all have ended: to answer a poll for each of them would be most of the app's work. */
async function watchAll(urls: readonly string[]): Promise<Ended[]> {
  const running = () => instancesSince(since, UNFINISHED_STATUSES.join());
  await expect.poll(running, { ...POLL_OPTIONS, timeout: 120_000 }).toEqual([]);
  return Promise.all(urls.map((url) => api.watch<Ended["progress"], NonNullable<Ended["result"]>>(url)));
}

/** The number of instances by outcome: `{ "completed confirmed": 200 }`. */
function ends(all: readonly Ended[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, result } of all) {
    const end = `${status} ${result?.kind}`;
    counts[end] = (counts[end] ?? 0) + 1;
  }
  return counts;
}

const distinct = (all: readonly Ended[], name: string) =>
  new Set(all.map(({ result }) => result?.[name])).size;

/** Orders, units and cents of a product. */
async function salesOf(sku: string) {
  type Sales = { orders: number; units: number; revenue: { value: number }; refunds: { value: number } };
  const { orders, units, revenue, refunds } = await api.get<Sales>(`/api/sales/${sku}`);
  return { orders, units, revenue: revenue.value, refunds: refunds.value };
}

async function inStock(sku: string): Promise<number> {
  const { products } = await api.get<{ products: { sku: string; inStock: number }[] }>("/api/catalog");
  return products.find((product) => product.sku === sku)?.inStock ?? 0;
}

const orderOf = (sku: string, choice: { postalCode?: string } = {}) => ({
  ...anOrder(choice),
  lines: [{ sku, quantity: 2 }],
});

let tracked: readonly string[] = [];

test(`${STARTS} orders reserve their stock and count in the sales once each`, async () => {
  const [sales, stock] = [await salesOf(ORDERED), await inStock(ORDERED)];
  // To an address with delivery at the first check, so that the watches below need only one check.
  const orders = await startAll(
    () => "/api/orders",
    () => orderOf(ORDERED, { postalCode: "00010" }),
  );
  expect(ends(orders)).toEqual({ "completed confirmed": STARTS });
  expect([distinct(orders, "paymentId"), distinct(orders, "trackingNumber")]).toEqual([STARTS, STARTS]);
  expect(stock - (await inStock(ORDERED))).toBe(2 * STARTS);
  const counted = {
    orders: sales.orders + STARTS,
    units: sales.units + 2 * STARTS,
    revenue: sales.revenue + 2 * STARTS * 1995,
    refunds: sales.refunds,
  };
  await expect.poll(() => salesOf(ORDERED), POLL_OPTIONS).toEqual(counted);
  await expectNothingLeft();
  expect(await salesOf(ORDERED), "nothing follows it").toEqual(counted);
  tracked = orders.map(({ result }) => String(result?.["trackingNumber"]));
});

test(`${STARTS} watches end when their parcels are delivered`, async () => {
  const body = { notify: "customer@example.com", minInterval: "PT1S", maxInterval: "PT1S", deadline: "PT1M" };
  const urls = tracked.map((trackingNumber) => `/api/shipments/${trackingNumber}`);
  // The second call finds the watch of the first one, running or ended; none starts a second time.
  const answers = await Promise.all(
    urls.flatMap((url) => {
      const key = { "idempotency-key": randomUUID() };
      return [post(`${url}/watch`, body, key), post(`${url}/watch`, body, key)];
    }),
  );
  expect(answers.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
  const watches = await watchAll(urls);
  expect(ends(watches)).toEqual({ "completed delivered": STARTS });
  expect(watches.filter(({ progress }) => progress["checks"] !== 1)).toEqual([]);
  await expectNothingLeft();
});

test(`${STARTS} refunds of one order give back exactly the paid amount`, async () => {
  const paid = await startOne("/api/orders", orderOf(RETURNED));
  const orderId = (await api.watch(paid)).id;
  const { refunds } = await salesOf(RETURNED);
  const cents = 2 * 2999;
  // Such an amount that about a hundred refunds are possible, and the others are too late.
  const value = 60;
  const refund = {
    orderId,
    amount: { value, currency: "EUR" },
    reason: "A scratch",
    approver: "approver@example.com",
    escalateTo: "second@example.com",
  };
  const answers = await Promise.all(
    Array.from({ length: STARTS }, () => ({ "idempotency-key": randomUUID() })).flatMap((key) => [
      post("/api/refunds", refund, key),
      post("/api/refunds", refund, key),
    ]),
  );
  // Requests after the whole amount was given back are refused immediately.
  expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
  const all = await watchAll([...new Set(answers.flatMap(({ headers }) => headers.get("location") ?? []))]);
  const given = Math.floor(cents / value);
  const { "completed autoApproved": approved, "completed notRefundable": late = 0 } = ends(all);
  expect([approved, late]).toEqual([given, all.length - given]);
  await expect
    .poll(async () => (await salesOf(RETURNED)).refunds - refunds, POLL_OPTIONS)
    .toBe(given * value);
  await expectNothingLeft();
});

test(`${STARTS} reports are created, each with its own file`, async () => {
  const reports = await startAll(
    () => "/api/reports",
    () => ({ from: "2026-01-01", to: "2026-12-31", groupBy: "sku" }),
  );
  expect(ends(reports)).toEqual({ "completed reported": STARTS });
  expect(distinct(reports, "file")).toBe(STARTS);
  const files = await Promise.all(reports.map(({ result }) => api.bytes(String(result?.["file"]))));
  expect(files.filter(({ byteLength }) => byteLength < 20)).toEqual([]);
  await expectNothingLeft();
});

test(`${STARTS} price lists are imported completely`, async () => {
  const own = unique("load");
  const lines = 5;
  const list = (n: number) =>
    Array.from({ length: lines }, (_, line) => `${own}-${n}-${line},${n}.0${line},EUR`).join("\n");
  await Promise.all(
    Array.from({ length: STARTS }, async (_, n) => {
      const init = { headers: { "content-type": "text/csv" }, body: `sku,price,currency\n${list(n)}` };
      const answer = await api.call("PUT", `/api/price-lists/${own}-${n}`, init);
      expect(answer.status).toBe(201);
    }),
  );
  const imports = await startAll(
    (n) => `/api/price-lists/${own}-${n}/import`,
    () => ({ onError: "fail" }),
  );
  expect(ends(imports)).toEqual({ "completed imported": STARTS });
  expect(imports.filter(({ progress }) => progress["applied"] !== lines)).toEqual([]);
  const last = await api.get<{ price: { value: number } }>(`/api/prices/${own}-${STARTS - 1}-4`);
  expect(last.price.value).toBe((STARTS - 1) * 100 + 4);
  await expectNothingLeft();
});

test(`${STARTS} renderings of an album have all its photos`, async () => {
  const album = unique("load");
  const headers = { "content-type": "image/png" };
  const photos = ["a.png", "b.png"];
  for (const name of photos) {
    const answer = await api.call("PUT", `/api/albums/${album}/photos/${name}`, { headers, body: SMALL_PNG });
    expect(answer.status).toBe(201);
  }
  const renderings = await startAll(
    () => `/api/albums/${album}/renditions`,
    () => ({ widths: [16], format: "webp" }),
  );
  expect(ends(renderings)).toEqual({ "completed rendered": STARTS });
  const expected = { photos: 2, renditions: 2, failures: [] };
  for (const { result } of renderings) expect(result).toMatchObject(expected);
  await expectNothingLeft();
});

/** 1 × 1 pixel. */
const SMALL_PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function startOne(path: string, body: unknown): Promise<string> {
  const answer = await post(path, body);
  expect(answer.status).toBe(202);
  return answer.headers.get("location") ?? "";
}
