import { EventType, type HistoryEvent, type ScheduledEvent } from "durable-local-host/replay";

/** One run of the orchestrator function, as its history recorded it. */
export interface RecordedEpisode {
  /** Counted from 1. */
  readonly number: number;
  /** The events of the previous episodes. */
  readonly past: readonly HistoryEvent[];
  /** The new events for the function: `OrchestratorStarted`, and events from outside. */
  readonly incoming: readonly HistoryEvent[];
  /** The events that the extension wrote for the function's calls. */
  readonly scheduled: readonly ScheduledEvent[];
  /** Ids of events that a rewind removed from the history, in any episode. */
  readonly rewound: ReadonlySet<number>;
  /** The event that ended the execution. */
  readonly ended: Extract<HistoryEvent, { EventType: 1 }> | undefined;
  /** Whether this is the last episode. */
  readonly isLast: boolean;
}

/** The episodes of a history, oldest first. Each begins with an `OrchestratorStarted`. */
export function episodesOf(events: readonly HistoryEvent[]): RecordedEpisode[] {
  const starts = events.flatMap(({ EventType: type }, at) =>
    type === EventType.OrchestratorStarted ? [at] : [],
  );
  const rewound = new Set(
    events.flatMap(({ EventType: type, EventId: id }) =>
      type === EventType.GenericEvent && id >= 0 ? [id] : [],
    ),
  );
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? events.length;
    const own = events.slice(start, end);
    const written = own.findIndex((event) => isWritten(event));
    const incoming = written < 0 ? own : own.slice(0, written);
    // The function does not receive the end of an episode, except in the first one after continue-as-new.
    if (
      incoming.length > 1 &&
      incoming.at(-1)?.EventType === EventType.OrchestratorCompleted &&
      written < 0
    ) {
      incoming.pop();
    }
    const rest = written < 0 ? [] : own.slice(written);
    return {
      number: i + 1,
      past: events.slice(0, start),
      incoming,
      scheduled: rest.filter(isScheduled),
      rewound,
      ended: rest.find((event) => event.EventType === EventType.ExecutionCompleted),
      isLast: i === starts.length - 1,
    };
  });
}

function isScheduled(event: HistoryEvent): event is ScheduledEvent {
  switch (event.EventType) {
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated:
    case EventType.TimerCreated:
    case EventType.EventSent:
      return true;
    default:
      return false;
  }
}

/** Whether the event was written by the episode itself, or by a rewind that replaced such an event. */
function isWritten(event: HistoryEvent): boolean {
  if (isScheduled(event) || event.EventType === EventType.ExecutionCompleted) return true;
  return event.EventType === EventType.GenericEvent && event.EventId >= 0;
}
