import { odata } from "@azure/data-tables";
import type { Storage } from "../../src/storage/storage.ts";

/** The price that was written for a sku, in force or withdrawn. Shows that a late effect was harmless. */
export async function writtenPrice(storage: Storage, sku: string): Promise<number | undefined> {
  const prices = await storage.table("supplierPrices");
  const filter = odata`RowKey ge ${`${sku}|`} and RowKey lt ${`${sku}}`}`;
  for await (const { value } of prices.listEntities<{ value?: number }>({ queryOptions: { filter } })) {
    return value;
  }
  return undefined;
}
