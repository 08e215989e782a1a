export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
}

export type Reservation =
  { readonly kind: "reserved" } | { readonly kind: "outOfStock"; readonly reason: string };

/** Holds stock for orders. Both calls may be repeated for an order at any time and take effect once. */
export interface Warehouse {
  /**
   * All lines or none. A repeated call answers what the first one did.
   *
   * @throws {Error} after a release of the same order: what was given back is not taken again by a late repeat
   */
  reserve(orderId: string, lines: readonly StockLine[]): Promise<Reservation>;
  /** Gives back what the order holds; harmless if it holds nothing. Wins against a reserve that comes later. */
  release(orderId: string): Promise<void>;
}
