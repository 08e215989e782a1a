import { eventTypeName, type HistoryEvent } from "../engine/history/events.ts";

/** One row of a history: the event, its subject, and its id. */
export interface HistoryRow {
  /** Name of the event type, for example `TaskScheduled`; or `Problem`. */
  readonly event: string;
  /** Id of the task that the event schedules or completes; absent for the others. */
  readonly id?: number;
  /** Name of the function or event, the due time of a timer, or the description of a problem. */
  readonly what?: string;
}

/**
 * A history for people and assertions: no payloads, and no times except the due times of timers. Starts and ends of
 * episodes are included. Problems that the extension does not report follow as rows named `Problem`.
 */
export function historyRows(events: readonly HistoryEvent[], problems: readonly string[] = []): HistoryRow[] {
  const rows = events.map((event): HistoryRow => {
    const id = taskId(event);
    const what = subject(event);
    return {
      event: eventTypeName(event.EventType),
      ...(id !== undefined && { id }),
      ...(what !== undefined && { what }),
    };
  });
  return [...rows, ...problems.map((problem) => ({ event: "Problem", what: problem }))];
}

/** The rows as text, one line each. */
export function historyTable(rows: readonly HistoryRow[]): string {
  return rows
    .map(({ event, id, what }) =>
      `${event.padEnd(34)}${String(id ?? "").padStart(4)}  ${what ?? ""}`.trimEnd(),
    )
    .join("\n");
}

function taskId(event: HistoryEvent): number | undefined {
  if ("TaskScheduledId" in event) return event.TaskScheduledId;
  if ("TimerId" in event) return event.TimerId;
  return event.EventId >= 0 ? event.EventId : undefined;
}

function subject(event: HistoryEvent): string | undefined {
  if ("FireAt" in event) return event.FireAt;
  return "Name" in event ? event.Name : undefined;
}
