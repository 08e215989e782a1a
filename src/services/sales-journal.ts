import type { Money } from "../values.ts";

/** A confirmed order. */
export interface Sale {
  readonly orderId: string;
  /** Country of the delivery address, ISO 3166 alpha-2. */
  readonly country: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** `amount` is for the whole line. Several lines with the same sku become one fact. */
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly amount: Money }[];
}

/** A refund for a confirmed order. */
export interface RefundOfSale {
  readonly refundId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly at: string;
}

export type RecordedRefund =
  | { readonly kind: "recorded"; readonly facts: SalesFact[] }
  /** The order is not confirmed, or less than the amount is left of its price. */
  | { readonly kind: "refused"; readonly reason: string };

/** The unit of sales figures: a product's part of an order, a refund, or a withdrawal. */
export interface SalesFact {
  /** Does not change when a fact is recorded again, so that readers can recognise duplicates. */
  readonly key: string;
  readonly kind: "sale" | "refund" | "withdrawal";
  /** Whether it is the first fact of its sale or withdrawal, so that orders can be counted. */
  readonly isFirst: boolean;
  readonly orderId: string;
  readonly sku: string;
  /** 0 for a refund, because only money is given back. */
  readonly quantity: number;
  readonly amount: Money;
  readonly country: string;
  /** When it was first recorded; RFC 3339 in UTC. */
  readonly at: string;
}

/** The position of a reader in the journal. */
export interface JournalPosition {
  readonly day: string;
  readonly key: string;
}

/**
 * All sales and refunds as facts: the source of reports and totals. It decides what may be refunded: if a refund and a
 * withdrawal happen at the same time, one comes first, and the other sees its effect.
 */
export interface SalesJournal {
  /**
   * Records an order once and returns its facts; a repeated call returns the same facts.
   *
   * @throws {Error} after a withdrawal of the same order, so that a late repeat does not record it again
   */
  recordSale(sale: Sale): Promise<SalesFact[]>;
  /** The amount of the order that could be refunded now; undefined unless its sale is recorded and not withdrawn. */
  leftOf(orderId: string): Promise<Money | undefined>;
  /**
   * Records a refund once. It is distributed over the order's products in proportion to their prices, together with all
   * earlier refunds of the order. A repeated call gets the first one's result, unless that was a refusal.
   */
  recordRefund(refund: RefundOfSale): Promise<RecordedRefund>;
  /**
   * Undoes the sale of an order, except for what was refunded. A record of the sale that arrives later is refused.
   * Returns the facts of the sale and of its withdrawal, none if it was never recorded; a repeated call returns the
   * same.
   */
  withdrawSale(order: Pick<Sale, "orderId" | "at">): Promise<SalesFact[]>;
  /**
   * Up to `most` facts of the days from `firstDay` to `lastDay` (`2026-11-24`, both included), by day and key. `next`:
   * where to continue; absent if there are no more.
   */
  read(
    days: { readonly firstDay: string; readonly lastDay: string },
    most: number,
    after?: JournalPosition,
  ): Promise<{ readonly facts: SalesFact[]; readonly next?: JournalPosition }>;
}
