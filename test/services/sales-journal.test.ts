import { beforeEach, describe, expect, test } from "vitest";
import type { Sale } from "../../src/services/sales-journal.ts";
import { TableSalesJournal } from "../../src/services/sandbox/table-sales-journal.ts";
import { testStorage } from "../support/storage.ts";

const euros = (value: number) => ({ value, currency: "EUR" });
const sale: Sale = {
  orderId: "order-1",
  country: "DE",
  at: "2026-11-24T10:00:00.000Z",
  lines: [
    { sku: "mug-300", quantity: 2, amount: euros(2198) },
    { sku: "print-10x15", quantity: 10, amount: euros(190) },
    { sku: "mug-300", quantity: 1, amount: euros(1099) },
  ],
};
const refund = {
  refundId: "refund-1",
  orderId: "order-1",
  amount: euros(1000),
  at: "2026-11-25T10:00:00.000Z",
};
const undo = { orderId: "order-1", at: refund.at };
const days = { firstDay: "2026-11-01", lastDay: "2026-11-30" };

let journal: TableSalesJournal;

beforeEach(() => {
  journal = new TableSalesJournal(testStorage());
});

async function sellAt(orderId: string, at: string): Promise<void> {
  await journal.recordSale({ ...sale, orderId, at });
}

const all = async () => (await journal.read(days, 1000)).facts;

describe("a sale", () => {
  test("becomes a fact per product, the first of which counts the order", async () => {
    await journal.recordSale(sale);
    const common = { kind: "sale", orderId: "order-1", country: "DE", at: sale.at };
    expect(await all()).toEqual([
      { ...common, key: "order-1:00", isFirst: true, sku: "mug-300", quantity: 3, amount: euros(3297) },
      { ...common, key: "order-1:01", isFirst: false, sku: "print-10x15", quantity: 10, amount: euros(190) },
    ]);
  });

  test("is recorded once, with the time of the first record, however often it is sent", async () => {
    const first = await journal.recordSale(sale);
    const again = { ...sale, at: "2026-11-26T00:00:00.000Z" };
    expect(await Promise.all([1, 2, 3].map(() => journal.recordSale(again)))).toEqual([first, first, first]);
    expect(await all()).toEqual(first);
  });
});

describe("a refund", () => {
  test("is spread over the order's products by what they cost, to the cent", async () => {
    await journal.recordSale(sale);
    const shares = await journal.recordRefund(refund);
    expect(shares.map(({ sku, quantity, amount }) => [sku, quantity, amount.value])).toEqual([
      ["mug-300", 0, 946],
      ["print-10x15", 0, 54],
    ]);
    expect(shares.map(({ isFirst, kind, at }) => ({ isFirst, kind, at }))).toEqual([
      { isFirst: true, kind: "refund", at: refund.at },
      { isFirst: false, kind: "refund", at: refund.at },
    ]);
  });

  test("is recorded once, beside other refunds of the order", async () => {
    await journal.recordSale(sale);
    await Promise.all([1, 2, 3].map(() => journal.recordRefund(refund)));
    await journal.recordRefund({ ...refund, refundId: "refund-2" });
    expect((await all()).filter(({ kind }) => kind === "refund")).toHaveLength(4);
  });

  test("of an order that was never confirmed is nothing", async () => {
    expect(await journal.recordRefund(refund)).toEqual([]);
    expect(await all()).toEqual([]);
  });
});

describe("withdrawing a sale", () => {
  const total = (kind: string) => async () =>
    (await all()).filter((fact) => fact.kind === kind).reduce((sum, { amount }) => sum + amount.value, 0);

  test("gives all of it back once", async () => {
    await journal.recordSale(sale);
    await Promise.all([1, 2, 3].map(() => journal.withdrawSale(undo)));
    expect(await total("refund")()).toBe(await total("sale")());
    expect(await all()).toHaveLength(4);
  });

  test("shows the sale as well if whoever recorded it ended between the two writes", async () => {
    const storage = testStorage();
    journal = new TableSalesJournal(storage);
    const facts = await journal.recordSale(sale);
    const table = await storage.table("sales");
    for (const { key } of facts) await table.deleteEntity("day:2026-11-24", key);
    expect(await all()).toEqual([]);
    await journal.withdrawSale(undo);
    expect(await total("sale")()).toBe(3487);
    expect(await total("refund")()).toBe(3487);
  });

  test("keeps out a record that comes late", async () => {
    await journal.withdrawSale(undo);
    expect(await journal.recordSale(sale)).toEqual([]);
    expect(await all()).toEqual([]);
  });
});

describe("reading", () => {
  test("goes through the days in pages of the size asked for, and through nothing else", async () => {
    for (let day = 1; day <= 9; day++) {
      await sellAt(`order-${day}`, `2026-11-0${day}T23:59:59.999Z`);
    }
    await sellAt("before", "2026-10-31T23:59:59.999Z");
    await sellAt("after", "2026-12-01T00:00:00.000Z");
    const seen: string[] = [];
    let page = await journal.read(days, 5);
    for (; page.next; page = await journal.read(days, 5, page.next)) {
      expect(page.facts).toHaveLength(5);
      seen.push(...page.facts.map(({ key }) => key));
    }
    seen.push(...page.facts.map(({ key }) => key));
    expect(seen).toEqual(
      Array.from({ length: 9 }, (_, day) => [`order-${day + 1}:00`, `order-${day + 1}:01`]).flat(),
    );
  });
});
