import { z } from "zod";
import { defineEntity, type } from "../../durable/orchestration/contract.ts";
import { instant, type Money, money, sku } from "../../values.ts";

/** A product's part of a confirmed order. Other fields of a sender are ignored. */
export const productSold = z.object({
  /** Unique, and the same when the signal is sent again. */
  key: z.string().min(1).max(200),
  quantity: z.int().min(0),
  amount: money,
  at: z.iso.datetime(),
});

/** A product's part of a refund. */
export const productRefunded = productSold.omit({ quantity: true });

/** The totals of one product. */
export type ProductSales = {
  orders: number;
  units: number;
  /** One amount per currency, the first sale's currency first. */
  revenue: Money[];
  refunds: Money[];
  /** Time of the last sale or refund; null before the first. */
  updatedAt: string | null;
  /** Fingerprints of the keys counted last, to recognize a repeated signal: see seen-keys.ts. */
  seen: string[];
};

/** The key of an entity is the product's sku. */
export const productSales = defineEntity("productSales", {
  state: type<ProductSales>(),
  operations: {
    sold: { input: productSold },
    /** The same, for an order that was undone after the sale was recorded. */
    withdrawn: { input: productSold },
    refunded: { input: productRefunded },
  },
});

const amounts = z.object({ revenue: money, refunds: money });

/** The totals as callers see them: the remembered keys are internal. */
export const salesView = amounts.extend({
  sku: z.string(),
  orders: z.int(),
  units: z.int(),
  updatedAt: instant.nullable().describe("Time of the last sale or refund"),
  otherCurrencies: z.array(amounts).optional().describe("Only if the currency of the price has changed"),
});
export type SalesView = z.infer<typeof salesView>;

/** Path parameters of a product. */
export const salesPath = z.object({ sku });
