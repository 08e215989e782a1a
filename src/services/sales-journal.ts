import type { Money } from "../values.ts";

/** An order that was confirmed. */
export interface Sale {
  readonly orderId: string;
  /** ISO 3166 alpha-2, of the address that it goes to. */
  readonly country: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** `amount` is the whole line's. Several lines of one sku become one fact. */
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly amount: Money }[];
}

/** Money that goes back for an order that is sold. */
export interface RefundOfSale {
  readonly refundId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly at: string;
}

export type RecordedRefund =
  | { readonly kind: "recorded"; readonly facts: SalesFact[] }
  /** The order is not sold, or so much is not left of what it was sold for. */
  | { readonly kind: "refused"; readonly reason: string };

/** What sales figures are made of: a product's part of an order, of a refund, or of a withdrawal. */
export interface SalesFact {
  /** The same each time when a fact is recorded again: who adds facts up can tell those it has seen. */
  readonly key: string;
  readonly kind: "sale" | "refund" | "withdrawal";
  /** Whether it is the first of its sale or withdrawal: true once, so that orders can be counted. */
  readonly isFirst: boolean;
  readonly orderId: string;
  readonly sku: string;
  /** 0 for a refund, which gives back money and no goods. */
  readonly quantity: number;
  readonly amount: Money;
  readonly country: string;
  /** When it was first recorded; RFC 3339 in UTC. */
  readonly at: string;
}

/** Where a reader of the journal stands. */
export interface JournalPosition {
  readonly day: string;
  readonly key: string;
}

/**
 * What was sold and given back, fact by fact: the source of reports and totals. It decides what may be refunded: of a
 * refund and a withdrawal at the same moment one comes first, and the other sees what it has left.
 */
export interface SalesJournal {
  /**
   * Records an order once; answers its facts, for a repeated call those of the first one.
   *
   * @throws {Error} after a withdrawal of the same order: what was undone is not sold by a late repeat
   */
  recordSale(sale: Sale): Promise<SalesFact[]>;
  /** What could be refunded of the order at this moment; undefined unless it is sold: recorded, and not withdrawn. */
  leftOf(orderId: string): Promise<Money | undefined>;
  /**
   * Records a refund once, spread over the order's products in proportion to what they cost, with all refunds of the
   * order taken together. A repeated call answers what the first one did, unless that was a refusal.
   */
  recordRefund(refund: RefundOfSale): Promise<RecordedRefund>;
  /**
   * Undoes the sale of an order, less what was refunded of it. Wins against a record of the sale that comes later.
   * Answers the facts of the sale and of its withdrawal, none if it was never recorded; a repeated call the same.
   */
  withdrawSale(order: Pick<Sale, "orderId" | "at">): Promise<SalesFact[]>;
  /**
   * Up to `most` facts of the days from `firstDay` to `lastDay` (`2026-11-24`, both included), by day and key.
   * `next`: where to go on; absent when there are no more.
   */
  read(
    days: { readonly firstDay: string; readonly lastDay: string },
    most: number,
    after?: JournalPosition,
  ): Promise<{ readonly facts: SalesFact[]; readonly next?: JournalPosition }>;
}
