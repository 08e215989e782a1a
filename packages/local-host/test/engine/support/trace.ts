import { EventType } from "../../../src/engine/history/events.ts";
import type { HistoryEvent } from "../../../src/engine/history/events.ts";

const GUID = /^[0-9a-f]{8}-/;

/**
 * A history on one line: event types with ids, `>n` for the completion of task n, `>tn` for that of timer n, and
 * names where they tell tasks apart.
 */
export function trace(history: readonly HistoryEvent[]): string {
  return history.map(word).join(" ");
}

function word(event: HistoryEvent): string {
  switch (event.EventType) {
    case EventType.TaskScheduled:
    case EventType.EventSent:
      return `${event.EventType}#${event.EventId}:${event.Name}`;
    case EventType.TaskCompleted:
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceCompleted:
    case EventType.SubOrchestrationInstanceFailed:
      return `${event.EventType}>${event.TaskScheduledId}`;
    case EventType.TimerFired:
      return `11>t${event.TimerId}`;
    case EventType.EventRaised:
      return GUID.test(event.Name) ? "15" : `15:${event.Name}`;
    default:
      return event.EventId < 0 ? `${event.EventType}` : `${event.EventType}#${event.EventId}`;
  }
}
