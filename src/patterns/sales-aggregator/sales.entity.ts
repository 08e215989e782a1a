import { createHash } from "node:crypto";
import { entity } from "../../durable/orchestration/functions.ts";
import type { Money } from "../../values.ts";
import { productSales, type ProductSales } from "./sales.contract.ts";

/**
 * Aggregator (stateful entity): running totals per product, fed by signals from orders and refunds. Operations on
 * one key run one at a time, so nothing is lost when a hundred orders sell the same print at once.
 *
 *   order A ──sold──▶ ┐
 *   order B ──sold──▶ ├─ productSales "print-10x15" ◀── GET /api/sales/print-10x15
 *   refund ─refunded▶ ┘                  (and withdrawn, of an order that was undone after it was sold)
 *
 * The trap: a signal is delivered at least once. Adding is not idempotent, so each signal has a key, and the entity
 * remembers the keys that it has counted recently.
 */

export const NO_SALES: ProductSales = {
  orders: 0,
  units: 0,
  revenue: [],
  refunds: [],
  updatedAt: null,
  seen: [],
};

export const salesEntity = entity(productSales, {
  initial: NO_SALES,
  operations: {
    sold: (sales, { key, quantity, amount, at }) =>
      once(sales, key, at, {
        orders: sales.orders + 1,
        units: sales.units + quantity,
        revenue: add(sales.revenue, amount),
      }),
    withdrawn: (sales, { key, quantity, amount, at }) =>
      once(sales, key, at, {
        orders: sales.orders - 1,
        units: sales.units - quantity,
        revenue: add(sales.revenue, { ...amount, value: -amount.value }),
      }),
    refunded: (sales, { key, amount, at }) => once(sales, key, at, { refunds: add(sales.refunds, amount) }),
  },
});

/** The changed state, unless the key has already been counted. */
function once(sales: ProductSales, key: string, at: string, change: Partial<ProductSales>): ProductSales {
  const seen = remember(sales.seen, key);
  if (!seen) return sales;
  // Signals may arrive in any order, so the latest time is kept.
  const updatedAt = sales.updatedAt !== null && sales.updatedAt > at ? sales.updatedAt : at;
  return { ...sales, ...change, updatedAt, seen };
}

function add(amounts: readonly Money[], { value, currency }: Money): Money[] {
  const before = amounts.find((amount) => amount.currency === currency);
  if (!before) return [...amounts, { value, currency }];
  return amounts.map((amount) => (amount === before ? { value: before.value + value, currency } : amount));
}

/**
 * How many keys an entity remembers. They are limited so that the state stays small, because it is written with every
 * batch of operations, and a state that is too large for a table moves to a blob, where lists omit it. These keys need
 * 7 KB.
 *
 * This is enough: a sender that dies between sending and recording sends again after five minutes, when its message
 * becomes visible again. So a repeat is recognised as long as a product has fewer than 500 sales in five minutes.
 */
export const REMEMBERED = 500;

/** 60 bits: the probability that a new key collides with one of 500 others is 1 in 10^15. */
const FINGERPRINT = 10;

/** The remembered keys plus this one, without the oldest; undefined if the key is already remembered. */
export function remember(seen: readonly string[], key: string): string[] | undefined {
  const fingerprint = createHash("sha256").update(key).digest("base64url").slice(0, FINGERPRINT);
  if (seen.includes(fingerprint)) return undefined;
  return [...seen, fingerprint].slice(-REMEMBERED);
}
