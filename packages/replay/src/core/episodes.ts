import { EventType, type HistoryEvent, isScheduled, type ScheduledEvent } from "durable-local-host/replay";

/** One run of the orchestrator function, as its history recorded it. */
export interface RecordedEpisode {
  /** Counted from 1. */
  readonly number: number;
  /** The events of the previous episodes. Made on demand, because a long history has thousands of episodes. */
  readonly past: readonly HistoryEvent[];
  /** The number of those whose calls are compared with another episode. */
  readonly compared: number;
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
      get past() {
        return events.slice(0, start);
      },
      compared: start,
      incoming,
      scheduled: rest.filter(isScheduled),
      rewound,
      ended: rest.find((event) => event.EventType === EventType.ExecutionCompleted),
      isLast: i === starts.length - 1,
    };
  });
}

/** More replays of one history take too long, because each replays all events before it. */
const MAX_REPLAYS = 250;

/** Episodes that are compared together. */
export interface Span {
  /** The last one, with the calls of all. */
  readonly episode: RecordedEpisode;
  readonly episodes: readonly RecordedEpisode[];
}

/** Each episode by itself; of a long history several together, except the last one. */
export function spansOf(episodes: readonly RecordedEpisode[]): Span[] {
  const size = Math.ceil(episodes.length / MAX_REPLAYS);
  const spans: Span[] = [];
  for (let at = 0; at < episodes.length - 1; at += size) {
    spans.push(spanOf(episodes.slice(at, Math.min(at + size, episodes.length - 1))));
  }
  return [...spans, spanOf(episodes.slice(-1))];
}

function spanOf(episodes: readonly RecordedEpisode[]): Span {
  const [first, last] = [episodes[0], episodes.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("A span has at least one episode");
  if (first === last) return { episode: last, episodes };
  const { number, incoming, rewound, ended, isLast } = last;
  const episode: RecordedEpisode = {
    number,
    incoming,
    rewound,
    ended,
    isLast,
    scheduled: episodes.flatMap(({ scheduled }) => scheduled),
    get past() {
      return last.past;
    },
    compared: first.compared,
  };
  return { episode, episodes };
}

/** Whether the event was written by the episode itself, or by a rewind that replaced such an event. */
function isWritten(event: HistoryEvent): boolean {
  if (isScheduled(event) || event.EventType === EventType.ExecutionCompleted) return true;
  return event.EventType === EventType.GenericEvent && event.EventId >= 0;
}
