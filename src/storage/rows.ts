import { odata, type TableClient, type TableEntity, type TableEntityResult } from "@azure/data-tables";
import { unlessMissing, unlessRefused } from "./unless-refused.ts";

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
