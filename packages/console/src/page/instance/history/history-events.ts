import type { HistoryEvent } from "../../../api/management-api.ts";
import { fieldOf, textOf } from "../steps/event-fields.ts";

/** An event with its place in the history, from 1. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: HistoryEvent;
}

export const nameOf = (event: HistoryEvent) => textOf(event, "FunctionName", "Name", "OrchestrationStatus");

/** What an event carries besides its name and time. */
export function valueOf(event: HistoryEvent): unknown {
  return ["Reason", "Result", "Input", "Data", "FireAt"]
    .map((name) => fieldOf(event, name))
    .find((value) => value !== undefined && value !== null && value !== "");
}

/** The events whose type or name contains a text, in any case. */
export function matching(events: readonly HistoryEvent[], text: string): readonly NumberedEvent[] {
  const wanted = text.trim().toLowerCase();
  const found: NumberedEvent[] = [];
  for (const [at, event] of events.entries()) {
    const words = `${textOf(event, "EventType")} ${nameOf(event)} ${textOf(event, "InstanceId")}`;
    if (wanted === "" || words.toLowerCase().includes(wanted)) found.push({ number: at + 1, event });
  }
  return found;
}
