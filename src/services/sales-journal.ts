import type { Money } from "./money.ts";

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

/** Money that went back for a confirmed order. */
export interface RefundOfSale {
  readonly refundId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly at: string;
}

/** What sales figures are made of: a product's part of an order, or of a refund. */
export interface SalesFact {
  /** The same each time when a fact is recorded again: who adds facts up can tell those it has seen. */
  readonly key: string;
  readonly kind: "sale" | "refund";
  /** Whether it is the first of its order or refund: true once, so that orders can be counted. */
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

/** What was sold and given back, fact by fact: the source of reports and totals. */
export interface SalesJournal {
  /** Records an order once; answers its facts, for a repeated call those of the first one. */
  recordSale(sale: Sale): Promise<SalesFact[]>;
  /**
   * Records a refund once, spread over the order's products in proportion to what they cost. No facts if the
   * order was never recorded: what was not sold cannot be returned.
   */
  recordRefund(refund: RefundOfSale): Promise<SalesFact[]>;
  /** Undoes the sale of an order by a refund of all of it. Wins against a record of the sale that comes later. */
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
