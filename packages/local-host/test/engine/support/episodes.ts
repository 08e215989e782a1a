import type { HistoryEvent } from "../../../src/engine/history/events.ts";
import { historyRows, type HistoryRow } from "../../../src/testing/history-table.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A history as text, a line for each episode: the events that it received, then those that it wrote, each with its
 * task id and its name or due time. For example `TaskCompleted #0, TaskScheduled #1 B`.
 *
 * @throws when an episode does not begin with OrchestratorStarted and end with OrchestratorCompleted
 */
export function episodes(history: readonly HistoryEvent[]): string[] {
  const lines: string[][] = [];
  for (const row of historyRows(history)) {
    if (row.event === "OrchestratorStarted") lines.push([]);
    else if (lines.length === 0) throw new Error(`${row.event} comes before the first episode.`);
    else lines.at(-1)?.push(text(row));
  }
  return lines.map((events) => {
    if (events.pop() !== "OrchestratorCompleted")
      throw new Error(`An episode does not end: ${events.join()}`);
    return events.join(", ");
  });
}

function text({ event, id, what }: HistoryRow): string {
  const task = id === undefined ? "" : ` #${id}`;
  if (what === undefined) return `${event}${task}`;
  return `${event}${task} ${GUID.test(what) ? "(guid)" : what}`;
}
