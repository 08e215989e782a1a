export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
}

export type Reservation =
  { readonly kind: "reserved" } | { readonly kind: "outOfStock"; readonly reason: string };

/** Reserves stock for orders. Both calls may be repeated for an order at any time and take effect once. */
export interface Warehouse {
  /**
   * Reserves all lines or none. A repeated call gets the first one's result.
   *
   * @throws {Error} after a release of the same order, so that a late repeat does not reserve again
   */
  reserve(orderId: string, lines: readonly StockLine[]): Promise<Reservation>;
  /** Releases the order's stock; harmless if there is none. A reservation that arrives later is refused. */
  release(orderId: string): Promise<void>;
}
