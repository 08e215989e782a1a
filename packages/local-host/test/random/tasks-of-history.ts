import { EventType, isScheduled } from "../../src/engine/history/events.ts";
import type { EventSent, HistoryEvent, ScheduledEvent } from "../../src/engine/history/events.ts";
import { callKey } from "./held-work.ts";
import { inputOf } from "./oracle.ts";

/** Tasks of the present execution that have not ended, timers included. */
function openTasks(history: readonly HistoryEvent[]): readonly ScheduledEvent[] {
  const open = new Map<number | string, ScheduledEvent>();
  for (const event of history) {
    if ("TaskScheduledId" in event) open.delete(event.TaskScheduledId);
    else if ("TimerId" in event) open.delete(event.TimerId);
    else if (event.EventType === EventType.EventRaised) open.delete(event.Name);
    else if (event.EventType === EventType.EventSent) {
      const request = answeredRequest(event);
      if (request !== undefined) open.set(request, event);
    } else if (isScheduled(event)) open.set(event.EventId, event);
  }
  return [...open.values()];
}

/**
 * Open tasks from before the last rewind, of which each history has the event in place of its end. What ended while the instance was Failed was dropped, as the extension does,
 * and a rewind runs only those again whose failure is in the history: the instance waits for the others forever.
 */
export function lostTasks(history: readonly HistoryEvent[]): readonly ScheduledEvent[] {
  const rewound = history.findLastIndex(
    (event) => event.EventType === EventType.GenericEvent && event.EventId >= 0,
  );
  const before = new Set<HistoryEvent>(history.slice(0, Math.max(rewound, 0)));
  return openTasks(history).filter((event) => before.has(event));
}

/** The id of a call of an entity or of a request to lock it; a signal and a release have no answer. */
function answeredRequest({ Name, Input }: EventSent): string | undefined {
  if (Name !== "op") return undefined;
  const { id, signal } = JSON.parse(Input ?? "{}") as { readonly id?: string; readonly signal?: boolean };
  return signal === true ? undefined : id;
}

/** The keys of the activities that have failed, once for each failure. */
export function failuresOf(instanceId: string, history: readonly HistoryEvent[]): readonly string[] {
  const keys = new Map<number, string>();
  const failed: string[] = [];
  for (const event of history) {
    if (event.EventType === EventType.TaskScheduled) {
      keys.set(event.EventId, callKey(instanceId, inputOf(event.Input)));
    } else if (event.EventType === EventType.TaskFailed) {
      const key = keys.get(event.TaskScheduledId);
      if (key !== undefined) failed.push(key);
    }
  }
  return failed;
}
