import type { TableClient, TableEntity, TransactionAction } from "@azure/data-tables";
import { AppError } from "../app/app-error.ts";
import { jsonNetTime } from "../json-net.ts";
import { isNotFound } from "./storage-error.ts";

/** Storage takes no more in one transaction. */
const MAX_BATCH = 100;

/** Keys that the binding gives; an entity's own ones win. */
export interface BindingKeys {
  readonly partitionKey: string | undefined;
  readonly rowKey: string | undefined;
}

/**
 * Inserts an entity, or each of an array, as the Tables extension does: partition by partition, each in transactions.
 * The table is made if it is not there.
 *
 * @throws {AppError} for what is no entity; whatever storage refuses, such as an entity that is there
 */
export async function insertEntities(table: TableClient, value: unknown, keys: BindingKeys): Promise<void> {
  const entities = (Array.isArray(value) ? value : [value]).map((entity) => toEntity(entity, keys));
  for (const batch of batches(entities)) {
    const actions = batch.map((entity): TransactionAction => ["create", entity]);
    try {
      await table.submitTransaction(actions);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await table.createTable();
      await table.submitTransaction(actions);
    }
  }
}

type Entity = TableEntity;

function toEntity(value: unknown, keys: BindingKeys): Entity {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AppError(`A table output takes objects, not ${JSON.stringify(value)}.`);
  }
  const properties = new Map<string, unknown>(Object.entries(value));
  const partitionKey = take(properties, "partitionKey") ?? keys.partitionKey;
  const rowKey = take(properties, "rowKey") ?? keys.rowKey;
  if (partitionKey === undefined || rowKey === undefined) {
    throw new AppError(
      "A table output needs partitionKey and rowKey, in the binding or in what it is given.",
    );
  }
  return {
    ...Object.fromEntries([...properties].map(([name, property]) => [name, toProperty(name, property)])),
    partitionKey,
    rowKey,
  };
}

/** Keys of an entity have no case, and are taken as texts. */
function take(properties: Map<string, unknown>, key: string): string | undefined {
  const name = [...properties.keys()].find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  if (name === undefined) return undefined;
  const value = properties.get(name);
  properties.delete(name);
  if (value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Json.NET reads integers as 64 bits, and texts that are times as times. */
function toProperty(name: string, value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    throw new AppError(`A table output takes plain values: "${name}" is an object or an array.`);
  }
  if (typeof value === "number") {
    return Number.isSafeInteger(value)
      ? { type: "Int64", value: String(value) }
      : { type: "Double", value: String(value) };
  }
  if (typeof value === "string") return jsonNetTime(value) ?? value;
  return value;
}

/** Runs of one partition without a row twice: a transaction can do no more. */
function batches(entities: readonly Entity[]): readonly (readonly Entity[])[] {
  const all: Entity[][] = [];
  const open = new Map<string, Entity[]>();
  for (const entity of entities) {
    const batch = open.get(entity.partitionKey);
    if (
      batch !== undefined &&
      batch.length < MAX_BATCH &&
      batch.every((one) => one.rowKey !== entity.rowKey)
    ) {
      batch.push(entity);
      continue;
    }
    const next = [entity];
    open.set(entity.partitionKey, next);
    all.push(next);
  }
  return all;
}
