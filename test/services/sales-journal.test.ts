import { beforeEach, describe, expect, test } from "vitest";
import type { RefundOfSale, Sale, SalesFact } from "../../src/services/sales-journal.ts";
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
  test("becomes one fact per product, and the first one counts the order", async () => {
    await journal.recordSale(sale);
    const common = { kind: "sale", orderId: "order-1", country: "DE", at: sale.at };
    expect(await all()).toEqual([
      { ...common, key: "order-1:00", isFirst: true, sku: "mug-300", quantity: 3, amount: euros(3297) },
      { ...common, key: "order-1:01", isFirst: false, sku: "print-10x15", quantity: 10, amount: euros(190) },
    ]);
  });

  test("is recorded once, with the time of the first record, even if it is repeated", async () => {
    const first = await journal.recordSale(sale);
    const again = { ...sale, at: "2026-11-26T00:00:00.000Z" };
    expect(await Promise.all([1, 2, 3].map(() => journal.recordSale(again)))).toEqual([first, first, first]);
    expect(await all()).toEqual(first);
  });
});

/** The facts of a refund that is recorded. */
async function refunded(change: Partial<RefundOfSale> = {}): Promise<SalesFact[]> {
  const recorded = await journal.recordRefund({ ...refund, ...change });
  if (recorded.kind === "refused") throw new Error(`The refund was refused: ${recorded.reason}`);
  return recorded.facts;
}

/** The final journal entries of each product. */
async function amounts(kind: SalesFact["kind"]): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const fact of await all()) {
    if (fact.kind === kind) totals[fact.sku] = (totals[fact.sku] ?? 0) + fact.amount.value;
  }
  return totals;
}

describe("a refund", () => {
  test("that was refused stays refused, also if the order is confirmed before the step runs again", async () => {
    const refused = { kind: "refused", reason: "order-1 is not confirmed" };
    expect(await journal.recordRefund(refund)).toEqual(refused);
    await journal.recordSale(sale);
    expect(await journal.recordRefund(refund)).toEqual(refused);
    expect(await journal.leftOf("order-1")).toEqual(euros(3487));
    expect((await journal.recordRefund({ ...refund, refundId: "refund-2" })).kind).toBe("recorded");
  });

  test("is distributed over the order's products in proportion to their prices, to the cent", async () => {
    await journal.recordSale(sale);
    const shares = await refunded();
    expect(
      shares.map(({ sku, quantity, amount, kind, at }) => [sku, quantity, amount.value, kind, at]),
    ).toEqual([
      ["mug-300", 0, 946, "refund", refund.at],
      ["print-10x15", 0, 54, "refund", refund.at],
    ]);
  });

  test("is recorded once, beside other refunds of the order", async () => {
    await journal.recordSale(sale);
    const same = await Promise.all([1, 2, 3].map(() => refunded()));
    expect(same[1]).toEqual(same[0]);
    await refunded({ refundId: "refund-2" });
    expect((await all()).filter(({ kind }) => kind === "refund")).toHaveLength(4);
  });

  test.each([
    [1099, 19, 559],
    [249, 19, 2],
    [249, 19, 1],
    [1, 1, 1],
  ])("in parts gives each product exactly its price: %i and %i by %i", async (mug, print, piece) => {
    const lines = [
      { sku: "mug-300", quantity: 1, amount: euros(mug) },
      { sku: "print-10x15", quantity: 1, amount: euros(print) },
    ];
    await journal.recordSale({ ...sale, lines });
    for (let given = 0; given < mug + print; given += piece) {
      await refunded({ refundId: `refund-${given}`, amount: euros(piece) });
    }
    expect(await amounts("refund")).toEqual({ "mug-300": mug, "print-10x15": print });
  });

  test("is recorded up to the amount of the sale if there are many simultaneous ones", async () => {
    await journal.recordSale(sale);
    const asked = Array.from({ length: 6 }, (_, n) =>
      journal.recordRefund({ ...refund, refundId: `refund-${n}` }),
    );
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "recorded")).toHaveLength(3);
    expect(await amounts("refund")).toEqual({ "mug-300": 2837, "print-10x15": 163 });
  });

  test.each([
    ["of an order that is not sold", { orderId: "order-2" }, "order-2 is not confirmed"],
    ["in another currency", { amount: { value: 1, currency: "CHF" } }, "order-1 was not charged in CHF"],
    [
      "of more than was paid",
      { amount: euros(3488) },
      "Less than the amount is left of the charge of order-1",
    ],
  ])("%s is refused", async (_what, change, reason) => {
    await journal.recordSale(sale);
    expect(await journal.recordRefund({ ...refund, ...change })).toEqual({ kind: "refused", reason });
    expect(await amounts("refund")).toEqual({});
  });
});

describe("withdrawing a sale", () => {
  const sold = { "mug-300": 3297, "print-10x15": 190 };

  test("withdraws all of it once", async () => {
    await journal.recordSale(sale);
    expect(await journal.leftOf("order-1")).toEqual(euros(3487));
    const facts = await Promise.all([1, 2, 3].map(() => journal.withdrawSale(undo)));
    expect(facts[0]?.map(({ kind, sku, quantity }) => [kind, sku, quantity])).toEqual([
      ["sale", "mug-300", 3],
      ["sale", "print-10x15", 10],
      ["withdrawal", "mug-300", 3],
      ["withdrawal", "print-10x15", 10],
    ]);
    expect(facts[2]).toEqual(facts[0]);
    expect(await amounts("withdrawal")).toEqual(sold);
    expect(await all()).toHaveLength(4);
    expect(await journal.leftOf("order-1")).toBeUndefined();
  });

  test("withdraws the amount that was not refunded", async () => {
    await journal.recordSale(sale);
    await refunded();
    expect(await journal.leftOf("order-1")).toEqual(euros(2351 + 136));
    await journal.withdrawSale(undo);
    expect(await amounts("refund")).toEqual({ "mug-300": 946, "print-10x15": 54 });
    expect(await amounts("withdrawal")).toEqual({ "mug-300": 2351, "print-10x15": 136 });
  });

  test("and simultaneous refunds together take exactly the sold amount", async () => {
    for (let round = 0; round < 5; round++) {
      journal = new TableSalesJournal(testStorage());
      await journal.recordSale(sale);
      const ids = [1, 2, 3, 4, 5];
      const refunds = ids.map((n) =>
        journal.recordRefund({ ...refund, refundId: `refund-${n}`, amount: euros(333) }),
      );
      await Promise.all([...refunds, journal.withdrawSale(undo)]);
      const [given, withdrawn] = [await amounts("refund"), await amounts("withdrawal")];
      for (const [sku, amount] of Object.entries(sold)) {
        expect((given[sku] ?? 0) + (withdrawn[sku] ?? 0), sku).toBe(amount);
      }
    }
  });

  test("leaves nothing to refund, but keeps earlier refunds", async () => {
    await journal.recordSale(sale);
    const before = await refunded();
    await journal.withdrawSale(undo);
    expect(await refunded()).toEqual(before);
    const late = await journal.recordRefund({ ...refund, refundId: "refund-2", amount: euros(1) });
    expect(late).toEqual({ kind: "refused", reason: "order-1 was undone" });
  });

  test("also shows the sale if its process died between the two writes", async () => {
    const storage = testStorage();
    journal = new TableSalesJournal(storage);
    const facts = await journal.recordSale(sale);
    const table = await storage.table("sales");
    for (const { key } of facts) await table.deleteEntity("day:2026-11-24", key);
    expect(await all()).toEqual([]);
    await journal.withdrawSale(undo);
    expect(await amounts("sale")).toEqual(sold);
    expect(await amounts("withdrawal")).toEqual(sold);
  });

  test("refuses a late record", async () => {
    expect(await journal.withdrawSale(undo)).toEqual([]);
    await expect(journal.recordSale(sale)).rejects.toThrow("was withdrawn before it was recorded");
    expect(await journal.withdrawSale(undo)).toEqual([]);
    expect(await all()).toEqual([]);
  });
});

describe("reading", () => {
  test("reads only the given days, in pages of the given size", async () => {
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
