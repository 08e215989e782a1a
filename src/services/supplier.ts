import type { Money } from "../values.ts";

/** A line of a price list. */
export interface PriceLine {
  /** Where it stands in the list, the heading being line 1. */
  readonly line: number;
  readonly sku: string;
  readonly price: Money;
}

/** One import, as the supplier knows it. Of several that set the price of a sku, the one that began last counts. */
export interface ImportKey {
  readonly importId: string;
  /** RFC 3339. */
  readonly begunAt: string;
}

/** What the supplier answers for good: no retry changes it. */
export interface Refusal {
  readonly kind: "refused";
  readonly reason: string;
}

export interface PriceInForce {
  readonly price: Money;
  readonly importId: string;
  readonly begunAt: string;
}

/**
 * The supplier's system, which agrees to prices. All calls may be repeated: an import sets the price of a sku once.
 * A withdrawal wins against what comes later, so that a call that was given up on cannot take effect afterwards.
 */
export interface Supplier {
  /** Sets the prices of many lines. Those that need a call of their own are not set, and come back. */
  setPrices(key: ImportKey, lines: readonly PriceLine[]): Promise<readonly PriceLine[]>;
  /**
   * @param signal ends the waiting; the supplier may go on all the same
   * @throws {Error} if the supplier cannot be reached or does not answer in time; the price may be set or not
   */
  setPrice(key: ImportKey, line: PriceLine, signal: AbortSignal): Promise<{ kind: "applied" } | Refusal>;
  /** After a call whose end is not known: if the price is not set by now, it never will be. */
  settle(key: ImportKey, sku: string): Promise<"applied" | "withdrawn">;
  /** Takes the import's prices of these skus back: those from before the import are in force again. */
  withdraw(key: ImportKey, skus: readonly string[]): Promise<void>;
  price(sku: string): Promise<PriceInForce | undefined>;
}
