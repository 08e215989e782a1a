import { setTimeout as delay } from "node:timers/promises";
import { odata, type TableClient, type TransactionAction } from "@azure/data-tables";
import type { Money } from "../../values.ts";
import { findRow, insertOnce } from "../../storage/rows.ts";
import type { Storage } from "../../storage/storage.ts";
import type { ImportKey, PriceInForce, PriceLine, Refusal, Supplier } from "../supplier.ts";
import { FaultInjector, skuFault } from "./faults.ts";

/**
 * One row for each sku and import, so that no import changes another one's rows. The price in force is that of the
 * newest import that did not withdraw it, so a rollback does not need the earlier prices.
 */
interface PriceRow {
  readonly value: number;
  readonly currency: string;
  readonly begunAt: string;
  /** A tombstone as well: a price that is set later does not reset it. */
  readonly withdrawn?: boolean;
}

/** Rows of one partition can be written together; several partitions can be written at the same time. */
const PARTITIONS = 4;
const ROWS_PER_TRANSACTION = 100;

/** The supplier of the sandbox: a table of prices. What it does with a sku is in `skuFault`. */
export class TableSupplier implements Supplier {
  readonly #storage: Storage;
  readonly #faults: FaultInjector;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#faults = new FaultInjector(storage);
  }

  async setPrices(key: ImportKey, lines: readonly PriceLine[]): Promise<readonly PriceLine[]> {
    const { plain = [], special = [] } = Object.groupBy(lines, ({ sku }) =>
      skuFault(sku).kind === "none" ? "plain" : "special",
    );
    await this.#merge(plain.map(({ sku, price }) => row(key, sku, setTo(key, price))));
    return special;
  }

  async setPrice(
    key: ImportKey,
    { sku, price }: PriceLine,
    signal: AbortSignal,
  ): Promise<{ kind: "applied" } | Refusal> {
    const fault = skuFault(sku);
    if (fault.kind === "refuse") return { kind: "refused", reason: fault.reason };
    const set = () => this.#merge([row(key, sku, setTo(key, price))]);
    const before = await this.#row(key, sku);
    // The line was given up, and a restarted import retries it.
    if (before?.withdrawn) return { kind: "refused", reason: "This line was given up before" };
    if (before) return { kind: "applied" };
    await this.#faults.throwIfDue(fault, `${key.importId}-${sku}`);
    if (fault.kind === "slow") {
      // A supplier continues when its caller disconnects. This causes late effects.
      void delay(fault.seconds * 1000, undefined, { ref: false })
        .then(set)
        .catch(() => undefined);
      await delay(fault.seconds * 1000, undefined, { signal });
    }
    await set();
    if (fault.kind === "mute") throw new Error(fault.message);
    return { kind: "applied" };
  }

  async settle(key: ImportKey, sku: string): Promise<"applied" | "withdrawn"> {
    const tombstone = row(key, sku, { withdrawn: true });
    if (await insertOnce(await this.#prices(), tombstone)) return "withdrawn";
    return (await this.#row(key, sku))?.withdrawn ? "withdrawn" : "applied";
  }

  async withdraw(key: ImportKey, skus: readonly string[]): Promise<void> {
    await this.#merge(skus.map((sku) => row(key, sku, { withdrawn: true })));
  }

  async price(sku: string): Promise<PriceInForce | undefined> {
    // "}" is the character after "|", so the range contains only rows of this sku.
    const filter = odata`PartitionKey eq ${partitionOf(sku)} and RowKey ge ${`${sku}|`} and RowKey lt ${`${sku}}`}`;
    const inForce: PriceInForce[] = [];
    const prices = await this.#prices();
    for await (const row of prices.listEntities<PriceRow>({ queryOptions: { filter } })) {
      const { withdrawn, begunAt, value, currency, rowKey = "" } = row;
      if (withdrawn) continue;
      inForce.push({ price: { value, currency }, importId: rowKey.slice(sku.length + 1), begunAt });
    }
    const age = ({ begunAt, importId }: ImportKey) => `${begunAt} ${importId}`;
    return inForce.sort((one, other) => (age(one) < age(other) ? 1 : -1))[0];
  }

  async #row({ importId }: ImportKey, sku: string): Promise<PriceRow | undefined> {
    return findRow<PriceRow>(await this.#prices(), partitionOf(sku), `${sku}|${importId}`);
  }

  /** Creates or changes rows; other columns stay unchanged. Uses as few requests as possible. */
  async #merge(rows: readonly Row[]): Promise<void> {
    const prices = await this.#prices();
    const byPartition = Object.groupBy(rows, ({ partitionKey }) => partitionKey);
    await Promise.all(Object.values(byPartition).map((rows = []) => mergeInTurn(prices, rows)));
  }

  #prices(): Promise<TableClient> {
    return this.#storage.table("supplierPrices");
  }
}

type Row = { readonly partitionKey: string; readonly rowKey: string } & Partial<PriceRow>;

const partitionOf = (sku: string) =>
  `skus-${Buffer.from(sku).reduce((sum, byte) => sum + byte) % PARTITIONS}`;

const row = ({ importId }: ImportKey, sku: string, change: Partial<PriceRow>): Row => ({
  partitionKey: partitionOf(sku),
  rowKey: `${sku}|${importId}`,
  ...change,
});

const setTo = ({ begunAt }: ImportKey, price: Money) => ({ ...price, begunAt });

async function mergeInTurn(prices: TableClient, rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_TRANSACTION) {
    const part = rows.slice(from, from + ROWS_PER_TRANSACTION);
    await prices.submitTransaction(part.map((row): TransactionAction => ["upsert", row, "Merge"]));
  }
}
