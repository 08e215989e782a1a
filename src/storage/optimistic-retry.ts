import { setTimeout as delay } from "node:timers/promises";
import type { TableClient, TransactionAction } from "@azure/data-tables";
import { conflictOf } from "./rows.ts";

/** How often a change is tried that others overtake: their number grows with the hosts, not with the requests. */
const MOST_TRIES = 12;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Thrown by a try that another writer overtook: a row that it had read has changed before it could write. */
export class Overtaken extends Error {}

/** Runs a try again while others overtake it. @throws {Error} with this text when they have done so too often */
export async function untilNotOvertaken<T>(attempt: () => Promise<T>, busy: string): Promise<T> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
    await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
  }
  throw new Error(busy);
}

/** All of the actions or none; `exists` if a row that was to be new is there. @throws {Overtaken} if one has changed */
export async function commit(table: TableClient, actions: TransactionAction[]): Promise<"done" | "exists"> {
  try {
    await table.submitTransaction(actions);
    return "done";
  } catch (error) {
    const conflict = conflictOf(error);
    if (conflict === "exists") return "exists";
    if (conflict === "changed") throw new Overtaken();
    throw error;
  }
}
