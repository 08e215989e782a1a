import { EventType } from "./events.ts";
import type { HistoryEvent } from "./events.ts";

const NEW = '"IsPlayed":false';
const PLAYED = '"IsPlayed":true';

/**
 * JSON texts of an event: `fresh` for the episode that receives or writes it, `played` for every later one. The
 * extension marks events from outside as played afterwards; events that the episode itself wrote stay unmarked.
 */
export interface EventText {
  readonly event: HistoryEvent;
  readonly fresh: string;
  readonly played: string;
}

/** `event.IsPlayed` must be false. */
export function eventText(event: HistoryEvent): EventText {
  const fresh = JSON.stringify(event);
  return { event, fresh, played: comesFromOutside(event) ? asPlayed(fresh) : fresh };
}

/**
 * An event that an episode both writes and processes; only continue-as-new creates such events. It is new again, even
 * if it was already in the history of the execution before.
 */
export function processedEventText(carried: HistoryEvent): EventText {
  const event = { ...carried, IsPlayed: false };
  const fresh = JSON.stringify(event);
  return {
    event,
    fresh,
    played: event.EventType === EventType.OrchestratorStarted ? fresh : asPlayed(fresh),
  };
}

/** The event that the text for later episodes contains. */
export function laterEvent({ event, fresh, played }: EventText): HistoryEvent {
  return played === fresh ? event : { ...event, IsPlayed: true };
}

/** A copy that shares nothing with the value, which has come from JSON or could. */
export function copyOf<T extends object>(value: T): T {
  if (Array.isArray(value)) return value.map((part: unknown) => copyOfPart(part)) as unknown as T;
  const copy: T = { ...value };
  for (const name in copy) copy[name] = copyOfPart(copy[name]);
  return copy;
}

function copyOfPart<T>(part: T): T {
  return typeof part === "object" && part !== null ? copyOf(part) : part;
}

function asPlayed(fresh: string): string {
  // The flag comes near the end, after the event's own properties, which may contain the same text.
  const at = fresh.lastIndexOf(NEW);
  return fresh.slice(0, at) + PLAYED + fresh.slice(at + NEW.length);
}

function comesFromOutside({ EventType: type }: HistoryEvent): boolean {
  switch (type) {
    case EventType.ExecutionStarted:
    case EventType.ExecutionTerminated:
    case EventType.TaskCompleted:
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceCompleted:
    case EventType.SubOrchestrationInstanceFailed:
    case EventType.TimerFired:
    case EventType.EventRaised:
    case EventType.GenericEvent:
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return true;
    default:
      return false;
  }
}
