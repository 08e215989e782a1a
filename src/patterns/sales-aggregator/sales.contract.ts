import { z } from "zod";
import { defineEntity, type } from "../../durable/orchestration/contract.ts";
import { currencyCode, type Money } from "../../values/money.ts";

const money = z.object({ value: z.int(), currency: currencyCode });

/** A product's part of a confirmed order. What else a sender knows of it is left out. */
export const productSold = z.object({
  /** The same each time when this is sent again, and no other's. */
  key: z.string().min(1).max(200),
  quantity: z.int().min(0),
  amount: money,
  at: z.iso.datetime(),
});

/** A product's part of a refund. */
export const productRefunded = productSold.omit({ quantity: true });

/** What one product has brought in. */
export type ProductSales = {
  orders: number;
  units: number;
  /** One amount per currency, the first sale's currency first. */
  revenue: Money[];
  refunds: Money[];
  /** Of the last sale or refund; null before the first. */
  updatedAt: string | null;
  /** What has been counted lately, to know it when it comes again: see seen-keys.ts. */
  seen: string[];
};

/** The key of an entity is the product's sku. */
export const productSales = defineEntity("productSales", {
  state: type<ProductSales>(),
  operations: {
    sold: { input: productSold },
    /** The same of an order that was undone after it was sold. */
    withdrawn: { input: productSold },
    refunded: { input: productRefunded },
  },
});
