import { setTimeout as delay } from "node:timers/promises";
import { RestError, type TableClient, type TransactionAction } from "@azure/data-tables";

/** The number of attempts for a change with conflicts. Conflicts grow with the number of hosts, not of requests. */
const MAX_TRIES = 12;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

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
