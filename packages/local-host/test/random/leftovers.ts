import { DatabaseSync } from "node:sqlite";
import type { RandomRun } from "./random-run.ts";

const TABLES = ["instances", "history", "messages", "activities"];

/**
 * What is still in the store or waits for its time after all instances have ended, and after their purge. Closes the
 * run, because its store locks the file.
 */
export async function leftovers(run: RandomRun): Promise<string[]> {
  const { messages, activities } = run.host.store.unfinished();
  const { items } = await run.hub.list({ instanceIdPrefix: "@" });
  const left = [
    ...messages.map(({ instanceId, body }) => `a message to ${instanceId}: ${body}`),
    ...activities.map(({ instanceId, name }) => `an activity of ${instanceId}: ${name}`),
    ...(run.host.clock.nextDue === undefined ? [] : ["an alarm"]),
    ...items.flatMap(({ instanceId, customStatus }) =>
      customStatus === '{"entityExists":true}' || customStatus === "{}"
        ? []
        : [`in ${instanceId}: ${customStatus}`],
    ),
  ];
  await run.hub.purgeBy({});
  run.host.store.close();
  const database = new DatabaseSync(run.file);
  try {
    const rows = TABLES.map((table) => {
      const count = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]);
      return { table, count };
    });
    return [...left, ...rows.flatMap(({ table, count }) => (count > 0 ? [`${count} rows in ${table}`] : []))];
  } finally {
    database.close();
  }
}
