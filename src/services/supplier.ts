import type { Money } from "../values.ts";

/** A line of a price list. */
export interface PriceLine {
  /** Its position in the list; the heading is line 1. */
  readonly line: number;
  readonly sku: string;
  readonly price: Money;
}

/** Identifies an import for the supplier. If several set the price of a sku, the one that began last counts. */
export interface ImportKey {
  readonly importId: string;
  /** RFC 3339. */
  readonly begunAt: string;
}

/** A final answer of the supplier, which a retry does not change. */
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
 * The supplier's system, which accepts prices. All calls may be repeated: an import sets the price of a sku once. After
 * a withdrawal, later calls of the same import are refused, so that an abandoned call cannot take effect.
 */
export interface Supplier {
  /** Sets the prices of many lines. Returns the lines that need a separate call and are not set. */
  setPrices(key: ImportKey, lines: readonly PriceLine[]): Promise<readonly PriceLine[]>;
  /**
   * @param signal stops the wait; the supplier may still continue
   *
   * @throws {Error} if the supplier cannot be reached or does not respond in time; the price may be set or not
   */
  setPrice(key: ImportKey, line: PriceLine, signal: AbortSignal): Promise<{ kind: "applied" } | Refusal>;
  /** Call it if the result of `setPrice` is unknown. Afterwards the price is either set, or it will never be set. */
  settle(key: ImportKey, sku: string): Promise<"applied" | "withdrawn">;
  /** Withdraws the import's prices of these skus: the earlier prices are in force again. */
  withdraw(key: ImportKey, skus: readonly string[]): Promise<void>;
  price(sku: string): Promise<PriceInForce | undefined>;
}
