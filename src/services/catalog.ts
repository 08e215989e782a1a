import type { Money } from "../values.ts";

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  /** How many can be reserved at the moment. */
  readonly inStock: number;
}

/** The products of the shop. */
export interface Catalog {
  products(): Promise<Product[]>;
  /** The products that exist, by sku. */
  find(skus: readonly string[]): Promise<ReadonlyMap<string, Product>>;
}
