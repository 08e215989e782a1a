import type { Money } from "../../values/money.ts";
import type { ProductSales } from "./sales.contract.ts";

/** A product's sales as callers see them: what the entity remembers of keys stays inside. */
export interface SalesView {
  readonly sku: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: Money;
  readonly refunds: Money;
  readonly updatedAt: string | null;
  /** Only for a product whose price has changed its currency. */
  readonly otherCurrencies?: { readonly revenue: Money; readonly refunds: Money }[];
}

/** @param currency of a product that has not been sold yet */
export function salesView(sku: string, sales: ProductSales, currency = "EUR"): SalesView {
  const { orders, units, updatedAt } = sales;
  const currencies = new Set([...sales.revenue, ...sales.refunds].map((amount) => amount.currency));
  const [main = currency, ...others] = currencies;
  return {
    sku,
    orders,
    units,
    ...amountsIn(main, sales),
    updatedAt,
    ...(others.length > 0 && { otherCurrencies: others.map((other) => amountsIn(other, sales)) }),
  };
}

function amountsIn(currency: string, { revenue, refunds }: ProductSales) {
  const amount = (amounts: readonly Money[]) =>
    amounts.find((money) => money.currency === currency) ?? { value: 0, currency };
  return { revenue: amount(revenue), refunds: amount(refunds) };
}
