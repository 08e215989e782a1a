import { odata, type TableClient, type TableEntity } from "@azure/data-tables";
import { type Money, sum } from "../money.ts";
import type { JournalPosition, RefundOfSale, Sale, SalesFact, SalesJournal } from "../sales-journal.ts";
import type { Storage } from "../storage.ts";
import { findRow, firstOf } from "./rows.ts";

/** Partition `order:<id>`, row `sale` or `refund:<id>`: decides what is recorded. */
interface RecordRow {
  /** SalesFact[] as JSON. */
  readonly facts: string;
}

/** Partition `day:<day>`, row per fact: what readers go through. */
type FactRow = Omit<SalesFact, "amount"> & { readonly value: number; readonly currency: string };

/** Rows that one request to the table service answers at most. */
const PAGE = 1000;

/** The journal in a table. The order's own row comes first and decides; the day's rows follow from it. */
export class TableSalesJournal implements SalesJournal {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async recordSale({ orderId, country, at, lines }: Sale): Promise<SalesFact[]> {
    const facts = bySku(lines).map((line, index): SalesFact => ({
      key: factKey(orderId, index),
      kind: "sale",
      isFirst: index === 0,
      orderId,
      ...line,
      country,
      at,
    }));
    return this.#record(orderId, "sale", facts);
  }

  async withdrawSale({ orderId, at }: Pick<Sale, "orderId" | "at">): Promise<SalesFact[]> {
    // No facts are a tombstone, if the sale was never recorded. If it was, its day has it from here on, so that no
    // reader sees a refund of nothing: whoever recorded it may have ended between the two writes.
    const sold = await this.#record(orderId, "sale", []);
    if (sold.length === 0) return [];
    const amount = sum(sold.map((fact) => fact.amount));
    return this.recordRefund({ refundId: `${orderId}-withdrawn`, orderId, amount, at });
  }

  async recordRefund({ refundId, orderId, amount, at }: RefundOfSale): Promise<SalesFact[]> {
    const sold = await findRow<RecordRow>(await this.#table(), `order:${orderId}`, "sale");
    if (!sold) return [];
    const sales = factsOf(sold);
    const shares = spread(
      amount.value,
      sales.map((sale) => sale.amount.value),
    );
    const facts = sales.map((sale, index): SalesFact => ({
      ...sale,
      key: factKey(refundId, index),
      kind: "refund",
      quantity: 0,
      at,
      amount: { value: shares[index] ?? 0, currency: amount.currency },
    }));
    return this.#record(orderId, `refund:${refundId}`, facts);
  }

  async read(
    { firstDay, lastDay }: { firstDay: string; lastDay: string },
    most: number,
    after?: JournalPosition,
  ): Promise<{ facts: SalesFact[]; next?: JournalPosition }> {
    const from = odata`PartitionKey ge ${`day:${after?.day ?? firstDay}`}`;
    const to = odata`PartitionKey le ${`day:${lastDay}`}`;
    const rest = after && odata`(PartitionKey gt ${`day:${after.day}`} or RowKey gt ${after.key})`;
    const filter = [from, to, ...(rest ? [rest] : [])].join(" and ");
    const rows = (await this.#table()).listEntities<FactRow>({ queryOptions: { filter } });
    const facts: SalesFact[] = [];
    for await (const page of rows.byPage({ maxPageSize: Math.min(most, PAGE) })) {
      facts.push(...page.slice(0, most - facts.length).map(toFact));
      const last = facts.at(-1);
      if (last && facts.length === most) return { facts, next: { day: dayOf(last), key: last.key } };
    }
    return { facts };
  }

  async #record(orderId: string, rowKey: string, facts: SalesFact[]): Promise<SalesFact[]> {
    const table = await this.#table();
    const row = { partitionKey: `order:${orderId}`, rowKey, facts: JSON.stringify(facts) };
    const recorded = factsOf(await firstOf<RecordRow>(table, row));
    // Also when it was recorded before: whoever did may have ended between the two writes.
    const [first] = recorded;
    if (first) {
      await table.submitTransaction(
        recorded.map((fact) => ["upsert", toRow(fact, `day:${dayOf(first)}`), "Replace"]),
      );
    }
    return recorded;
  }

  #table(): Promise<TableClient> {
    return this.#storage.table("sales");
  }
}

const factsOf = ({ facts }: RecordRow) => JSON.parse(facts) as SalesFact[];
const dayOf = ({ at }: SalesFact) => at.slice(0, "2026-11-24".length);
const factKey = (id: string, index: number) => `${id}:${String(index).padStart(2, "0")}`;

function toRow({ amount, ...fact }: SalesFact, partitionKey: string): TableEntity<FactRow> {
  return { partitionKey, rowKey: fact.key, ...fact, ...amount };
}

function toFact(row: FactRow): SalesFact {
  const { key, kind, isFirst, orderId, sku, quantity, value, currency, country, at } = row;
  return { key, kind, isFirst, orderId, sku, quantity, amount: { value, currency }, country, at };
}

function bySku(lines: Sale["lines"]): { sku: string; quantity: number; amount: Money }[] {
  const merged = new Map<string, { sku: string; quantity: number; amount: Money }>();
  for (const { sku, quantity, amount } of lines) {
    const before = merged.get(sku) ?? { quantity: 0, amount: { ...amount, value: 0 } };
    merged.set(sku, {
      sku,
      quantity: before.quantity + quantity,
      amount: { ...amount, value: before.amount.value + amount.value },
    });
  }
  return [...merged.values()];
}

/** `total` in whole parts in proportion to the weights; the parts add up to it exactly. */
function spread(total: number, weights: readonly number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let weightSoFar = 0;
  let spentSoFar = 0;
  return weights.map((weight, index) => {
    weightSoFar += all === 0 ? 0 : weight;
    const isLast = index === weights.length - 1;
    const due = isLast ? total : Math.round((total * weightSoFar) / (all || 1));
    const part = due - spentSoFar;
    spentSoFar = due;
    return part;
  });
}
