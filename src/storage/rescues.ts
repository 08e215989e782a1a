import { odata, type TableClient } from "@azure/data-tables";
import { findRow, insertOnce, replaceRow } from "./rows.ts";
import { type Storage, unlessMissing } from "./storage.ts";

/**
 * `due`: this call has exclusively taken the next attempt. `later`: it is not due yet, or another process was faster.
 * `spent`: all attempts have failed. `closed`: there are no more attempts.
 */
export type Try =
  { readonly kind: "due"; readonly number: number } | { readonly kind: "later" | "spent" | "closed" };

/** The attempts to rescue instances that failed because of the host. */
export interface Rescues {
  take(instanceId: string, mostTries: number, now: Date): Promise<Try>;
  /**
   * Notes that an instance waits for an answer that was lost. True if a run before this one has noted it, too: between a
   * minute and half an hour ago.
   */
  noteWaiting(instanceId: string, now: Date): Promise<boolean>;
  /** Records that a waiting instance is started again, before it is ended for that. */
  beginRestart(instanceId: string): Promise<void>;
  /** The instances whose restart has begun. */
  restarting(): AsyncIterable<string>;
  /** Removes what is noted about waiting. Can be repeated. */
  endRestart(instanceId: string): Promise<void>;
  /** `givenUp` instances are counted until an operator handles them, `dismissed` ones are ignored. */
  close(instanceId: string, as: "givenUp" | "dismissed"): Promise<void>;
  /** The instances without further attempts: all of them, or only those that were given up. */
  closed(as?: "givenUp"): AsyncIterable<string>;
  /**
   * Removes the record, because an operator has handled the instance or it was deleted. Its attempts start again. Can
   * be repeated.
   */
  forget(instanceId: string): Promise<void>;
}

interface RescueRow {
  readonly tries: number;
  readonly lastAt: Date;
  readonly state: "trying" | "givenUp" | "dismissed";
}

const PARTITION = "instance";
/** Of the instances that wait for a lost answer: these rows have nothing to do with attempts. */
const WAITING = "waiting";
const MINUTE = 60_000;
/** After a longer pause of the app, the answer may only be late. */
const NOTE_VALID_MS = 30 * MINUTE;
/** The first try is immediate, the second a minute later, and so on. */
const PAUSES = [0, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE];
/** An instance without a failure for this long was rescued: its next failure counts as new. */
const RESET_AFTER_MS = 24 * 60 * MINUTE;

/** Attempts as rows of a table with ETags, so that only one of several hosts takes each attempt. */
export class TableRescues implements Rescues {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async take(instanceId: string, mostTries: number, now: Date): Promise<Try> {
    const table = await this.#table();
    const row = await findRow<RescueRow>(table, PARTITION, instanceId);
    if (!row) return this.#first(table, instanceId, now);
    if (row.state !== "trying") return { kind: "closed" };
    const since = now.getTime() - row.lastAt.getTime();
    const before = since > RESET_AFTER_MS ? 0 : row.tries;
    if (since < (PAUSES[Math.min(before, PAUSES.length - 1)] ?? 0)) return { kind: "later" };
    if (before >= mostTries) return { kind: "spent" };
    const next: RescueRow = { tries: before + 1, lastAt: now, state: "trying" };
    const isTaken = await replaceRow(
      table,
      { partitionKey: PARTITION, rowKey: instanceId, ...next },
      row.etag,
    );
    return isTaken ? { kind: "due", number: next.tries } : { kind: "later" };
  }

  async noteWaiting(instanceId: string, now: Date): Promise<boolean> {
    const table = await this.#table();
    const note = await findRow<{ readonly at: Date }>(table, WAITING, instanceId);
    const age = now.getTime() - (note?.at.getTime() ?? -Infinity);
    const isNoted = age >= MINUTE && age <= NOTE_VALID_MS;
    // Merged, because a restart may have begun before a long pause of the app.
    if (!isNoted) await table.upsertEntity({ partitionKey: WAITING, rowKey: instanceId, at: now }, "Merge");
    return isNoted;
  }

  async beginRestart(instanceId: string): Promise<void> {
    const row = { partitionKey: WAITING, rowKey: instanceId, isRestarting: true };
    await (await this.#table()).upsertEntity(row, "Merge");
  }

  restarting(): AsyncGenerator<string> {
    return this.#ids(`${odata`PartitionKey eq ${WAITING}`} and isRestarting eq true`);
  }

  async endRestart(instanceId: string): Promise<void> {
    await unlessMissing((await this.#table()).deleteEntity(WAITING, instanceId));
  }

  async close(instanceId: string, as: "givenUp" | "dismissed"): Promise<void> {
    const table = await this.#table();
    await table.upsertEntity({ partitionKey: PARTITION, rowKey: instanceId, state: as }, "Merge");
  }

  closed(as?: "givenUp"): AsyncGenerator<string> {
    const trying: RescueRow["state"] = "trying";
    const state = as === undefined ? odata`state ne ${trying}` : odata`state eq ${as}`;
    return this.#ids(`${odata`PartitionKey eq ${PARTITION}`} and ${state}`);
  }

  async forget(instanceId: string): Promise<void> {
    await this.endRestart(instanceId);
    await unlessMissing((await this.#table()).deleteEntity(PARTITION, instanceId));
  }

  async *#ids(filter: string): AsyncGenerator<string> {
    const rows = (await this.#table()).listEntities({ queryOptions: { filter, select: ["rowKey"] } });
    for await (const { rowKey } of rows) yield rowKey ?? "";
  }

  async #first(table: TableClient, instanceId: string, now: Date): Promise<Try> {
    const row: RescueRow = { tries: 1, lastAt: now, state: "trying" };
    const isFirst = await insertOnce(table, { partitionKey: PARTITION, rowKey: instanceId, ...row });
    return isFirst ? { kind: "due", number: 1 } : { kind: "later" };
  }

  #table(): Promise<TableClient> {
    return this.#storage.table("rescues");
  }
}
