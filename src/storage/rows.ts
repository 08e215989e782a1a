import { setTimeout as delay } from "node:timers/promises";
import {
  odata,
  RestError,
  type TableClient,
  type TableEntity,
  type TableEntityResult,
  type TransactionAction,
} from "@azure/data-tables";
import { unlessMissing, unlessRefused } from "./storage.ts";

/** The number of attempts for a change with conflicts. Conflicts grow with the number of hosts, not of requests. */
const MAX_TRIES = 12;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Inserts a row unless its key exists: exactly one of several callers gets `true`. */
export async function insertOnce(table: TableClient, row: TableEntity): Promise<boolean> {
  return (await unlessRefused(table.createEntity(row), 409)) !== undefined;
}

/** Replaces a row unless it has changed since it was read, or was deleted: then `false`. */
export async function replaceRow(table: TableClient, row: TableEntity, etag: string): Promise<boolean> {
  return (await unlessRefused(table.updateEntity(row, "Replace", { etag }), 404, 412)) !== undefined;
}

/** The row with this key, if it exists. */
export const findRow = <Row extends object>(table: TableClient, partitionKey: string, rowKey: string) =>
  unlessMissing(table.getEntity<Row>(partitionKey, rowKey));

/**
 * The row with this key: the given one if the key was free, else the existing one. So a repeated step gets the same
 * answer as the first one, and a tombstone prevents later inserts.
 */
export async function firstOf<Row extends object>(table: TableClient, row: TableEntity<Row>): Promise<Row> {
  if (await insertOnce(table, row)) return row;
  return table.getEntity<Row>(row.partitionKey, row.rowKey);
}

/** All rows of a partition. */
export function rowsOf<Row extends object>(
  table: TableClient,
  partitionKey: string,
): Promise<TableEntityResult<Row>[]> {
  const filter = odata`PartitionKey eq ${partitionKey}`;
  return Array.fromAsync(table.listEntities<Row>({ queryOptions: { filter } }));
}

/** Thrown by an attempt with a conflict: another writer has changed a row between its read and its write. */
export class WriteConflict extends Error {}

/** Repeats an attempt while it has conflicts. @throws {Error} with the message `busy` after too many conflicts */
export async function retryOnConflict<T>(attempt: () => Promise<T>, busy: string): Promise<T> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
    }
    await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
  }
  throw new Error(busy);
}

/** Commits all actions or none; `exists` if a row to insert already exists. @throws {WriteConflict} if one has changed */
export async function commit(table: TableClient, actions: TransactionAction[]): Promise<"done" | "exists"> {
  try {
    await table.submitTransaction(actions);
    return "done";
  } catch (error) {
    const status = error instanceof RestError ? error.statusCode : undefined;
    if (status === 409) return "exists";
    if (status === 412) throw new WriteConflict();
    throw error;
  }
}
