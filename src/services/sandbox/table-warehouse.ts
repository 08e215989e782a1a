/** The warehouse and the catalogue of the sandbox: products, their stock and its reservations, in one table. */
import { odata, type TableClient, type TableEntityResult, type TransactionAction } from "@azure/data-tables";
import { commit, findRow, firstOf, insertOnce, retryOnConflict } from "../../storage/rows.ts";
import { Semaphore } from "../../storage/semaphore.ts";
import type { Storage } from "../../storage/storage.ts";
import type { Catalog, Product } from "../catalog.ts";
import type { Reservation, StockLine, Warehouse } from "../warehouse.ts";
import { SANDBOX_PRODUCTS } from "./products.ts";

/** The decision for an order; after a release, the row remains as a tombstone. */
interface ReservationRow {
  readonly state: "reserved" | "outOfStock" | "released";
  /** The reserved quantity by sku, as JSON. */
  readonly quantities: string;
  readonly reason: string;
}

/**
 * The warehouse of the sandbox. Each change is one transaction on the products and the order's reservation with their
 * ETags: it happens completely, and only if no other process has changed the rows.
 */
export class TableWarehouse implements Warehouse {
  readonly #storage: Storage;
  /** Every order changes the same few rows, so changes within a process run one after another and do not conflict. */
  readonly #changes = new Semaphore(1);

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async reserve(orderId: string, lines: readonly StockLine[]): Promise<Reservation> {
    const quantities = bySku(lines);
    const { state, reason } = await this.#change(
      async (stock) => (await tryToReserve(stock, orderId, quantities)) ?? reservationOf(stock, orderId),
    );
    if (state === "reserved") return { kind: "reserved" };
    if (state === "outOfStock") return { kind: "outOfStock", reason };
    throw new Error(`The stock of ${orderId} was released before this reservation arrived, so it is refused`);
  }

  async release(orderId: string): Promise<void> {
    await this.#change(async (stock) => {
      const tombstone = reservationRow(orderId, { state: "released", quantities: "{}", reason: "" });
      if (await insertOnce(stock, tombstone)) return;
      const reservation = await reservationOf(stock, orderId);
      if (reservation.state === "reserved") await giveBack(stock, reservation);
    });
  }

  #change<T>(attempt: (stock: TableClient) => Promise<T>): Promise<T> {
    return this.#changes.run(async () => {
      const stock = await stockTable(this.#storage);
      return retryOnConflict(() => attempt(stock), "The warehouse is too busy at the moment");
    });
  }
}

/** The decision, or undefined if there is an earlier one. @throws {WriteConflict} */
async function tryToReserve(
  stock: TableClient,
  orderId: string,
  quantities: ReadonlyMap<string, number>,
): Promise<ReservationRow | undefined> {
  const products = await productsOf(stock, quantities.keys());
  const reason = shortage(products, quantities);
  if (reason !== undefined) {
    return firstOf(stock, reservationRow(orderId, { state: "outOfStock", quantities: "{}", reason }));
  }
  const decision: ReservationRow = {
    state: "reserved",
    quantities: JSON.stringify(Object.fromEntries(quantities)),
    reason: "",
  };
  const taken = [...products.values()].map((row) => stockChange(row, -(quantities.get(row.sku) ?? 0)));
  const conflict = await commit(stock, [["create", reservationRow(orderId, decision)], ...taken]);
  return conflict === "exists" ? undefined : decision;
}

/** Returns a reservation's quantities to the stock and leaves a tombstone. @throws {WriteConflict} */
async function giveBack(stock: TableClient, reservation: TableEntityResult<ReservationRow>): Promise<void> {
  const quantities = new Map(Object.entries(JSON.parse(reservation.quantities) as Record<string, number>));
  const products = await productsOf(stock, quantities.keys());
  const returned = [...products.values()].map((row) => stockChange(row, quantities.get(row.sku) ?? 0));
  const { partitionKey = "", rowKey = "", etag } = reservation;
  const released = { partitionKey, rowKey, state: "released" };
  await commit(stock, [["update", released, "Merge", { etag }], ...returned]);
}

async function reservationOf(
  stock: TableClient,
  orderId: string,
): Promise<TableEntityResult<ReservationRow>> {
  const row = await findRow<ReservationRow>(stock, STOCK_PARTITION, reservationKey(orderId));
  // Reservations are never deleted, so a conflicting one exists.
  if (!row) throw new Error(`The reservation of ${orderId} has vanished`);
  return row;
}

function shortage(
  products: ReadonlyMap<string, ProductRow>,
  quantities: ReadonlyMap<string, number>,
): string | undefined {
  for (const [sku, quantity] of quantities) {
    const inStock = products.get(sku)?.stock ?? 0;
    if (inStock < quantity) return `${sku}: ${quantity} wanted, ${inStock} in stock`;
  }
  return undefined;
}

function stockChange(row: TableEntityResult<ProductRow>, difference: number): TransactionAction {
  const { partitionKey = "", rowKey = "", stock, etag } = row;
  return ["update", { partitionKey, rowKey, stock: stock + difference }, "Merge", { etag }];
}

/** Adds the quantities of lines with the same product, because a transaction must not contain a row twice. */
function bySku(lines: readonly StockLine[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

const reservationKey = (orderId: string) => `reservation:${orderId}`;

const reservationRow = (orderId: string, row: ReservationRow) => ({
  partitionKey: STOCK_PARTITION,
  rowKey: reservationKey(orderId),
  ...row,
});

/**
 * One partition for all products and reservations, because a transaction can only change rows of one partition, and a
 * reservation changes several products or none.
 */
export const STOCK_PARTITION = "stock";

export interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly cents: number;
  readonly stock: number;
}

const productKey = (sku: string) => `product:${sku}`;

/** The table with the sandbox's products. */
export function stockTable(storage: Storage): Promise<TableClient> {
  return storage.table("stock", fill);
}

export function allProducts(stock: TableClient): Promise<TableEntityResult<ProductRow>[]> {
  // ";" is the character after ":", so the range contains only product rows and no reservations.
  const filter = odata`PartitionKey eq ${STOCK_PARTITION} and RowKey ge ${"product:"} and RowKey lt ${"product;"}`;
  return Array.fromAsync(stock.listEntities<ProductRow>({ queryOptions: { filter } }));
}

/** The products of the skus that exist. */
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

/** The sandbox's catalogue, read from the stock table. */
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
