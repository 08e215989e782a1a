/**
 * The invariant of the shop's books, in random scenarios. After any events in any order, when nothing runs any more:
 *
 *   charged - given back = sale - refunds - withdrawn     for each order, and by product
 *   totals = journal = report,  stock = initial stock - reserved,  a parcel and a mail or none
 *
 * `SHOP_BOOKS_RUNS=500 npm test -- books` runs more of them; a failure prints its seed, and `SHOP_BOOKS_SEED` repeats
 * it.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Mailbox } from "../../tools/traffic/mailbox.ts";
import { type Shop, startShop } from "../support/shop.ts";
import { Books } from "../../tools/traffic/books.ts";
import { scenario, type Step } from "./scenario.ts";
import { TroubledShop } from "./troubled-shop.ts";

const RUNS = Number(process.env["SHOP_BOOKS_RUNS"] ?? 50);
const SEED = process.env["SHOP_BOOKS_SEED"];
const PRICES: Readonly<Record<string, number>> = { "mug-300": 1099, "print-10x15": 19, "book-a4-24": 2495 };

let shop: Shop;
let books: Books;
let troubled: TroubledShop;
const startAt = new Date();

beforeAll(async () => {
  // Virtual years pass here, and ended instances are checked afterwards.
  for (const end of ["COMPLETED", "FAILED", "CANCELED"]) process.env[`SHOP_KEEP_${end}`] = "P3650D";
  shop = await startShop({ store: "file", startAt });
  const { host, storage } = shop;
  const running = {
    fetch: (path: string, init?: RequestInit) => host.fetch(path, init),
    ended: (id: string) => host.instance(id).completion(),
  };
  books = new Books(running, storage, new Mailbox(storage));
  troubled = new TroubledShop(shop);
});
afterAll(() => shop?.host.stop());

test("money, sales, stock and mails agree after every scenario", { timeout: 30 * 60_000 }, async () => {
  await fc.assert(fc.asyncProperty(scenario, expectRightBooks), {
    numRuns: RUNS,
    ...(SEED !== undefined && { seed: Number(SEED) }),
  });
  expect(await books.report(startAt, new Date(shop.host.clock.now())), "report = totals").toEqual(
    await books.totals(),
  );
});

async function expectRightBooks(steps: readonly Step[]): Promise<void> {
  const [stockBefore, totalsBefore] = [await books.stock(), await books.totals()];
  try {
    await troubled.run(steps);
  } finally {
    await troubled.settle();
  }
  const expectedStock: Record<string, number> = { ...stockBefore };
  const expectedTotals: Record<string, { revenue: number; refunds: number }> = {};
  const add = (sku: string, revenue: number, refunds: number) => {
    const { revenue: r, refunds: f } = totalsBefore[sku] ?? { revenue: 0, refunds: 0 };
    const so = expectedTotals[sku] ?? { revenue: r, refunds: f };
    expectedTotals[sku] = { revenue: so.revenue + revenue, refunds: so.refunds + refunds };
  };
  for (const orderId of troubled.orders) {
    const { sold, refunded, withdrawn, charged, givenBack, parcels, mails } = await books.ofOrder(orderId);
    const isConfirmed = await expectOrder(orderId, { parcels, mails });
    const all = [...new Set([sold, refunded, withdrawn].flatMap((amounts) => Object.keys(amounts)))];
    const of = (amounts: Readonly<Record<string, number>>, sku: string) => amounts[sku] ?? 0;
    const left = all.map((sku) => of(sold, sku) - of(refunded, sku) - of(withdrawn, sku));
    expect(
      left.reduce((sum, cents) => sum + cents, 0),
      `charged - given back = sale - refunds - withdrawn of ${orderId}`,
    ).toBe(charged - givenBack);
    const wrong = left.filter((cents) => cents < 0 || (!isConfirmed && cents > 0));
    expect(wrong, `the remaining amount of each product of ${orderId}`).toEqual([]);
    for (const sku of all) {
      add(sku, of(sold, sku) - of(withdrawn, sku), of(refunded, sku));
      if (isConfirmed) expectedStock[sku] = (expectedStock[sku] ?? 0) - of(sold, sku) / (PRICES[sku] ?? 1);
    }
  }
  expect(await books.stock(), "stock = initial stock - reserved").toEqual(expectedStock);
  expect(await books.totals(), "totals = journal").toMatchObject(expectedTotals);
  for (const refundId of troubled.refunds) await expectRefund(refundId);
}

/** Returns whether it is confirmed. */
async function expectOrder(
  orderId: string,
  traces: { parcels: number; mails: readonly string[] },
): Promise<boolean> {
  const { input } = await shop.host.instance(orderId).status();
  const { email } = (input as { customer: { email: string } }).customer;
  const { status, result, error } = (await (await shop.host.fetch(`/api/orders/${orderId}`)).json()) as {
    status: string;
    result?: { kind: string };
    error?: { message: string };
  };
  expect(["completed", "failed"]).toContain(status);
  expect(error?.message ?? "").not.toContain("NOT undone");
  const isConfirmed = result?.kind === "confirmed";
  const expected = isConfirmed ? { parcels: 1, mails: [email] } : { parcels: 0, mails: [] };
  expect(traces, `parcels and mails of ${orderId}, ${result?.kind ?? status}`).toEqual(expected);
  return isConfirmed;
}

/** The result of a refund. */
async function expectRefund(refundId: string): Promise<void> {
  const { output, input } = await shop.host.instance(refundId).status();
  const { orderId, amount } = input as { orderId: string; amount: { value: number } };
  const { kind } = output as { kind: string };
  const paid = (await books.refundsPaid(orderId)).get(refundId);
  expect(paid, `${refundId}, ${kind}`).toBe(
    kind === "autoApproved" || kind === "approved" ? amount.value : undefined,
  );
  const asked = await books.questions(refundId);
  expect(asked, `the approvers whom ${refundId} has asked, once each`).toEqual([...new Set(asked)]);
}
