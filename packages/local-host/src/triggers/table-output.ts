import { isObject } from "../json.ts";
import type { TableClient, TableEntity, TransactionAction } from "@azure/data-tables";
import { AppError } from "../app/app-error.ts";
import { jsonNetTime } from "../json-net.ts";
import { isNotFound } from "./storage-error.ts";

/** The maximum of actions in one storage transaction. */
const MAX_BATCH = 100;

/** Keys from the binding; an entity's own keys override them. */
export interface BindingKeys {
  readonly partitionKey: string | undefined;
  readonly rowKey: string | undefined;
}

/**
 * Inserts an entity, or each entity of an array, as the Tables extension does: one partition after another, in
 * transactions. Creates the table if it does not exist.
 *
 * @throws {AppError} for a value that is not an entity; also throws storage's errors, for example if an entity exists
 * already
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
  if (!isObject(value)) {
    throw new AppError(`A table output accepts objects, not ${JSON.stringify(value)}.`);
  }
  const properties = new Map<string, unknown>(Object.entries(value));
  const partitionKey = take(properties, "partitionKey") ?? keys.partitionKey;
  const rowKey = take(properties, "rowKey") ?? keys.rowKey;
  if (partitionKey === undefined || rowKey === undefined) {
    throw new AppError("A table output needs partitionKey and rowKey, in the binding or in the entity.");
  }
  return {
    ...Object.fromEntries([...properties].map(([name, property]) => [name, toProperty(name, property)])),
    partitionKey,
    rowKey,
  };
}

/** Names of keys are case-insensitive; their values become strings. */
function take(properties: Map<string, unknown>, key: string): string | undefined {
  const name = [...properties.keys()].find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  if (name === undefined) return undefined;
  const value = properties.get(name);
  properties.delete(name);
  if (value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Json.NET reads integers as 64-bit numbers, and strings that look like times as times. */
function toProperty(name: string, value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    throw new AppError(`A table output accepts plain values: "${name}" is an object or an array.`);
  }
  if (typeof value === "number") {
    return Number.isSafeInteger(value)
      ? { type: "Int64", value: String(value) }
      : { type: "Double", value: String(value) };
  }
  if (typeof value === "string") return jsonNetTime(value) ?? value;
  return value;
}

/** Batches with one partition and no row twice, as a transaction requires. */
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
