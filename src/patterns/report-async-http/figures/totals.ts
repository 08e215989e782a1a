import { csvLine } from "../../../services/csv.ts";
import { toDecimal } from "../../../values.ts";
import type { SalesFact } from "../../../services/sales-journal.ts";
import type { ReportRequest } from "../report.contract.ts";

type GroupBy = ReportRequest["groupBy"];

/** A line of the report: a day, a product or a country, in one currency. Amounts in minor units. */
export interface Totals {
  readonly name: string;
  readonly currency: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: number;
  readonly refunds: number;
}

/** Adds facts to the totals. */
export function addFacts(before: readonly Totals[], facts: readonly SalesFact[], groupBy: GroupBy): Totals[] {
  const groups = new Map(before.map((group) => [keyOf(group), group]));
  for (const fact of facts) {
    const { currency, value } = fact.amount;
    const empty = { name: nameOf(fact, groupBy), currency, orders: 0, units: 0, revenue: 0, refunds: 0 };
    const group = groups.get(keyOf(empty)) ?? empty;
    // Sales are added, withdrawals are subtracted.
    const sign = { sale: 1, withdrawal: -1, refund: 0 }[fact.kind];
    // An order has one fact per product. Days and countries count only the first one, so that they count each order once.
    const isCounted = groupBy === "sku" || fact.isFirst;
    groups.set(keyOf(group), {
      ...group,
      orders: group.orders + (isCounted ? sign : 0),
      units: group.units + sign * fact.quantity,
      revenue: group.revenue + sign * value,
      refunds: group.refunds + (fact.kind === "refund" ? value : 0),
    });
  }
  return [...groups.values()];
}

/** The report as CSV: amounts as decimals, lines sorted. */
export function toCsv(totals: readonly Totals[], groupBy: GroupBy): string {
  const lines = totals
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ name, currency, orders, units, revenue, refunds }) => {
      const decimal = (value: number) => ({ decimal: toDecimal({ value, currency }) });
      return csvLine([name, orders, units, decimal(revenue), decimal(refunds), currency]);
    });
  return csvLine([groupBy, "orders", "units", "revenue", "refunds", "currency"]) + lines.join("");
}

const keyOf = ({ name, currency }: Totals) => `${name} ${currency}`;

function nameOf({ at, sku, country }: SalesFact, groupBy: GroupBy): string {
  return { day: at.slice(0, "2026-11-24".length), sku, country }[groupBy];
}
