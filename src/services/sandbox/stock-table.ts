import { odata, type TableClient, type TableEntityResult } from "@azure/data-tables";
import type { Product } from "../catalog.ts";
import type { Storage } from "../../storage/storage.ts";
import { SANDBOX_PRODUCTS } from "./products.ts";
import { findRow, insertOnce } from "../../storage/rows.ts";

/**
 * The one partition that holds every product and every reservation: only rows of one partition can change in one
 * transaction, and a reservation changes several products or none.
 */
export const STOCK_PARTITION = "stock";

export interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly cents: number;
  readonly stock: number;
}

const productKey = (sku: string) => `product:${sku}`;

/** The table with the sandbox's products in it. */
export function stockTable(storage: Storage): Promise<TableClient> {
  return storage.table("stock", fill);
}

export async function allProducts(stock: TableClient): Promise<TableEntityResult<ProductRow>[]> {
  // ";" is the character after ":": the range holds the product rows and no reservation.
  const filter = odata`PartitionKey eq ${STOCK_PARTITION} and RowKey ge ${"product:"} and RowKey lt ${"product;"}`;
  const rows: TableEntityResult<ProductRow>[] = [];
  for await (const row of stock.listEntities<ProductRow>({ queryOptions: { filter } })) rows.push(row);
  return rows;
}

/** The products of those skus that exist. */
export async function productsOf(
  stock: TableClient,
  skus: Iterable<string>,
): Promise<Map<string, TableEntityResult<ProductRow>>> {
  const reads = [...new Set(skus)].map((sku) => findRow<ProductRow>(stock, STOCK_PARTITION, productKey(sku)));
  const rows = await Promise.all(reads);
  return new Map(rows.flatMap((row) => (row ? [[row.sku, row]] : [])));
}

export function toProduct({ sku, name, cents, stock }: ProductRow): Product {
  return { sku, name, price: { value: cents, currency: "EUR" }, inStock: stock };
}

async function fill(stock: TableClient): Promise<void> {
  const present = new Set((await allProducts(stock)).map(({ sku }) => sku));
  const absent = SANDBOX_PRODUCTS.filter(({ sku }) => !present.has(sku));
  const rows = absent.map((row) => ({ partitionKey: STOCK_PARTITION, rowKey: productKey(row.sku), ...row }));
  await Promise.all(rows.map((row) => insertOnce(stock, row)));
}
