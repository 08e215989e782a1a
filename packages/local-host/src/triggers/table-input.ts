import type { TableClient } from "@azure/data-tables";
import { AppError } from "../app/app-error.ts";
import type { BindingMetadata } from "../app/worker-types.ts";
import type { TypedData } from "../app/typed-data.ts";
import { isNotFound } from "./storage-error.ts";

/** Replaces the expressions in a binding's properties. */
export interface FillIn {
  readonly text: (template: string) => string;
  /** For a filter, in which a value must not close its quotes. */
  readonly filter: (template: string) => string;
}

/** One entity if the binding names both keys, else an array of those that match its filter. */
export async function readTable(
  binding: BindingMetadata,
  openTable: (name: string) => Promise<TableClient>,
  fillIn: FillIn,
): Promise<TypedData | undefined> {
  const table = await openTable(fillIn.text(binding.tableName ?? ""));
  const { partitionKey, rowKey } = binding;
  if (partitionKey !== undefined && rowKey !== undefined) {
    return readEntity(table, fillIn.text(partitionKey), fillIn.text(rowKey));
  }
  const keyFilter =
    partitionKey === undefined || partitionKey === ""
      ? []
      : [`PartitionKey eq '${fillIn.text(partitionKey).replaceAll("'", "''")}'`];
  const ownFilter =
    binding.filter === undefined || binding.filter === "" ? [] : [fillIn.filter(binding.filter)];
  const filters = [...keyFilter, ...ownFilter];
  const take = takeOf(binding, fillIn);
  const entities: unknown[] = [];
  const queryOptions = filters.length === 0 ? {} : { filter: filters.join(" and ") };
  for await (const entity of table.listEntities({ queryOptions })) {
    entities.push(plain(entity));
    if (entities.length === take) break;
  }
  return { json: JSON.stringify(entities) };
}

async function readEntity(
  table: TableClient,
  partition: string,
  row: string,
): Promise<TypedData | undefined> {
  try {
    return { json: JSON.stringify(plain(await table.getEntity(partition, row))) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** As in the extension, zero means no limit. */
function takeOf({ take }: BindingMetadata, fillIn: FillIn): number | undefined {
  if (take === undefined) return undefined;
  const number = Number(fillIn.text(String(take)));
  if (!Number.isInteger(number) || number < 0) {
    throw new AppError(`take of a table input must be a whole number, not "${String(take)}".`);
  }
  return number === 0 ? undefined : number;
}

const KEYS: Readonly<Record<string, string>> = { partitionKey: "PartitionKey", rowKey: "RowKey" };

/** An entity as the extension writes it: its spelling of the keys, without timestamp and ETag. */
function plain(entity: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entity)
      .filter(([name]) => name !== "etag" && !/^(?:odata\..*|timestamp)$/i.test(name))
      .map(([name, value]) => [KEYS[name] ?? name, plainValue(value)]),
  );
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString().replace(/(?:\.000)?Z$/, "+00:00");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "object" && value !== null && "value" in value ? value.value : value;
}
