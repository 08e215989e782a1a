import type { Money } from "../../values.ts";
import type { ProductSales, SalesView } from "./sales.contract.ts";

/** @param currency of a product that has not been sold yet */
export function toSalesView(sku: string, sales: ProductSales, currency = "EUR"): SalesView {
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
