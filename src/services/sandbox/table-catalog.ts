import type { Catalog, Product } from "../catalog.ts";
import type { Storage } from "../../storage/storage.ts";
import { allProducts, productsOf, stockTable, toProduct } from "./stock-table.ts";

/** The sandbox's catalogue, read from the table in which its stock is kept. */
export class TableCatalog implements Catalog {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async products(): Promise<Product[]> {
    return (await allProducts(await stockTable(this.#storage))).map(toProduct);
  }

  async find(skus: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    const rows = await productsOf(await stockTable(this.#storage), skus);
    return new Map([...rows].map(([sku, row]) => [sku, toProduct(row)]));
  }
}
