import { RestError, type TableClient, type TableEntity, type TableEntityResult } from "@azure/data-tables";

/** Whether a table refused a write, and why: the row is there already, is not there, or has changed meanwhile. */
export type Conflict = "exists" | "missing" | "changed";

const CONFLICTS: Readonly<Record<number, Conflict>> = { 404: "missing", 409: "exists", 412: "changed" };

/** What kind of conflict an error of the table client is, if it is one. */
export function conflictOf(error: unknown): Conflict | undefined {
  return error instanceof RestError && error.statusCode ? CONFLICTS[error.statusCode] : undefined;
}

/** Inserts a row unless its key is taken: of several callers exactly one gets `true`. */
export async function insertOnce(table: TableClient, row: TableEntity): Promise<boolean> {
  try {
    await table.createEntity(row);
    return true;
  } catch (error) {
    if (conflictOf(error) === "exists") return false;
    throw error;
  }
}

/** The row of a key, if there is one. */
export async function findRow<Row extends object>(
  table: TableClient,
  partitionKey: string,
  rowKey: string,
): Promise<TableEntityResult<Row> | undefined> {
  try {
    return await table.getEntity<Row>(partitionKey, rowKey);
  } catch (error) {
    if (conflictOf(error) === "missing") return undefined;
    throw error;
  }
}

/**
 * The row of this key: the given one if the key was free, else the one that came first. This is what makes a
 * repeated step answer the same as the first time, and a tombstone keep out what comes after it.
 */
export async function firstOf<Row extends object>(table: TableClient, row: TableEntity<Row>): Promise<Row> {
  if (await insertOnce(table, row)) return row;
  return table.getEntity<Row>(row.partitionKey, row.rowKey);
}
