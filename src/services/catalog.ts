import type { Money } from "../values.ts";

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  /** How many can be reserved right now. */
  readonly inStock: number;
}

/** What the shop sells. */
export interface Catalog {
  products(): Promise<Product[]>;
  /** Those of the skus that exist, by sku. */
  find(skus: readonly string[]): Promise<ReadonlyMap<string, Product>>;
}
