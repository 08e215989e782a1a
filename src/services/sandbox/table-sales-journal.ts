import { odata, type TableClient, type TableEntity, type TableEntityResult } from "@azure/data-tables";
import { type Money, sum } from "../../values.ts";
import { apportion } from "../apportion.ts";
import type {
  JournalPosition,
  RecordedRefund,
  RefundOfSale,
  Sale,
  SalesFact,
  SalesJournal,
} from "../sales-journal.ts";
import { commit, findRow, firstOf, insertOnce, retryOnConflict, WriteConflict } from "../../storage/rows.ts";
import type { Storage } from "../../storage/storage.ts";
import { faultOf, SANDBOX_FAULTS } from "./faults.ts";

/** Partition `order:<id>`, row `sale`, `refund:<id>` or `withdrawal`: decides what is recorded. */
interface RecordRow {
  /** SalesFact[] as JSON. */
  readonly facts: string;
  /** Only of a refund that was refused. */
  readonly refusedBecause?: string;
}

/** The row `sale`. Every refund and withdrawal changes it, so that two of them cannot take the same amount. */
interface SaleRow extends RecordRow {
  /** Sum of all refunds of all products so far. */
  readonly refunded: number;
  /** Without facts, it was withdrawn before it was recorded. */
  readonly isWithdrawn: boolean;
}

const SALE = "sale";
const WITHDRAWAL = "withdrawal";

/** Partition `day:<day>`, one row per fact: what readers read. */
type FactRow = Omit<SalesFact, "amount"> & { readonly value: number; readonly currency: string };

/** The most rows that one request to the table service returns. */
const PAGE = 1000;

/**
 * The journal in a table. The order's own row is written first and decides; the rows of the day are derived from it.
 */
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
    const row = { ...saleRow(orderId), facts: JSON.stringify(facts), refunded: 0, isWithdrawn: false };
    const sale = await firstOf<SaleRow>(await this.#table(), row);
    if (sale.isWithdrawn) throw new Error(`The sale of ${orderId} was withdrawn before it was recorded`);
    const recorded = await this.#show(sale);
    const fault = faultOf(SANDBOX_FAULTS.saleCountry, country);
    if (fault.kind === "mute") throw new Error(fault.message);
    return recorded;
  }

  async leftOf(orderId: string): Promise<Money | undefined> {
    const sale = await this.#sale(orderId);
    return sale && !sale.isWithdrawn ? leftOfSale(sale) : undefined;
  }

  async recordRefund(refund: RefundOfSale): Promise<RecordedRefund> {
    const { orderId, refundId } = refund;
    const rowKey = `refund:${refundId}`;
    const record = async (): Promise<RecordRow> => {
      const table = await this.#table();
      const before = await findRow<RecordRow>(table, partitionOf(orderId), rowKey);
      if (before) return before;
      const sale = await this.#sale(orderId);
      const reason = whyNotRefundable(sale, refund);
      if (!sale || reason !== undefined) {
        // Recorded too: a second run of the same step, which may come later, must get the same answer.
        const refusal = { facts: "[]", refusedBecause: reason ?? "" };
        const row = { partitionKey: partitionOf(orderId), rowKey, ...refusal };
        if (!(await insertOnce(table, row))) throw new WriteConflict();
        return refusal;
      }
      const refunded = sale.refunded + refund.amount.value;
      return this.#change(sale, { refunded }, rowKey, refundFacts(sale, refund));
    };
    const recorded = await retryOnConflict(record, "Too many simultaneous refunds of this order");
    const { refusedBecause: reason } = recorded;
    if (reason !== undefined) return { kind: "refused", reason };
    return { kind: "recorded", facts: await this.#show(recorded) };
  }

  async withdrawSale({ orderId, at }: Pick<Sale, "orderId" | "at">): Promise<SalesFact[]> {
    const withdraw = async (): Promise<readonly RecordRow[]> => {
      const table = await this.#table();
      const tombstone = { ...saleRow(orderId), facts: "[]", refunded: 0, isWithdrawn: true };
      if (await insertOnce(table, tombstone)) return [];
      const sale = await this.#sale(orderId);
      if (!sale) throw new Error(`The sale of ${orderId} has vanished`);
      const withdrawal = sale.isWithdrawn
        ? await findRow<RecordRow>(table, partitionOf(orderId), WITHDRAWAL)
        : await this.#change(sale, { isWithdrawn: true }, WITHDRAWAL, withdrawalFacts(sale, at));
      return withdrawal ? [sale, withdrawal] : [];
    };
    const records = await retryOnConflict(withdraw, "Too many simultaneous refunds of this order");
    const facts: SalesFact[] = [];
    // One after another, so that the sale is written before anything is subtracted from it.
    for (const record of records) facts.push(...(await this.#show(record)));
    return facts;
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

  async #sale(orderId: string): Promise<TableEntityResult<SaleRow> | undefined> {
    return findRow<SaleRow>(await this.#table(), partitionOf(orderId), SALE);
  }

  /** Changes the sale and records its consequence in one transaction. @throws {WriteConflict} */
  async #change(
    { partitionKey = "", rowKey = "", etag }: TableEntityResult<SaleRow>,
    change: Partial<SaleRow>,
    newRowKey: string,
    facts: readonly SalesFact[],
  ): Promise<RecordRow> {
    const record = { facts: JSON.stringify(facts) };
    const outcome = await commit(await this.#table(), [
      ["update", { partitionKey, rowKey, ...change }, "Merge", { etag }],
      ["create", { partitionKey, rowKey: newRowKey, ...record }],
    ]);
    if (outcome === "exists") throw new WriteConflict();
    return record;
  }

  /**
   * Writes recorded facts into the partition of their day. Repeated on each call, because the process that recorded
   * them may have died before this step.
   */
  async #show(record: RecordRow): Promise<SalesFact[]> {
    const facts = factsOf(record);
    const [first] = facts;
    if (first) {
      const table = await this.#table();
      await table.submitTransaction(
        facts.map((fact) => ["upsert", toRow(fact, `day:${dayOf(first)}`), "Replace"]),
      );
    }
    return facts;
  }

  #table(): Promise<TableClient> {
    return this.#storage.table("sales");
  }
}

const partitionOf = (orderId: string) => `order:${orderId}`;
const saleRow = (orderId: string) => ({ partitionKey: partitionOf(orderId), rowKey: SALE });
const factsOf = ({ facts }: RecordRow) => JSON.parse(facts) as SalesFact[];
const dayOf = ({ at }: SalesFact) => at.slice(0, "2026-11-24".length);
const factKey = (id: string, index: number) => `${id}:${String(index).padStart(2, "0")}`;

function whyNotRefundable(sale: SaleRow | undefined, { orderId, amount }: RefundOfSale): string | undefined {
  if (!sale) return `${orderId} is not confirmed`;
  if (sale.isWithdrawn) return `${orderId} was undone`;
  const left = leftOfSale(sale);
  if (left.currency !== amount.currency) return `${orderId} was not charged in ${amount.currency}`;
  return amount.value > left.value ? `Less than the amount is left of the charge of ${orderId}` : undefined;
}

function leftOfSale(sale: SaleRow): Money {
  const { value, currency } = sum(factsOf(sale).map((fact) => fact.amount));
  return { value: value - sale.refunded, currency };
}

/** Each product's part of all refunds so far, minus its part of the earlier ones. */
function refundFacts(sale: SaleRow, { refundId, amount, at }: RefundOfSale): SalesFact[] {
  const [before, after] = [sale.refunded, sale.refunded + amount.value].map((total) => partsOf(sale, total));
  const facts = factsOf(sale).map((fact, index): SalesFact => {
    const value = (after?.[index] ?? 0) - (before?.[index] ?? 0);
    const key = factKey(refundId, index);
    return { ...fact, key, kind: "refund", isFirst: false, quantity: 0, at, amount: { ...amount, value } };
  });
  return facts.filter((fact) => fact.amount.value > 0);
}

/** All quantities, and the part of each product's amount that was not refunded. */
function withdrawalFacts(sale: SaleRow, at: string): SalesFact[] {
  const refunded = partsOf(sale, sale.refunded);
  return factsOf(sale).map((fact, index): SalesFact => {
    const amount = { ...fact.amount, value: fact.amount.value - (refunded[index] ?? 0) };
    return { ...fact, key: factKey(`${fact.orderId}-withdrawn`, index), kind: "withdrawal", at, amount };
  });
}

function partsOf(sale: SaleRow, total: number): number[] {
  return apportion(
    total,
    factsOf(sale).map(({ amount }) => amount.value),
  );
}

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
