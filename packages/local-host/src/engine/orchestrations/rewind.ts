import { isFinal } from "../../stores/instance.ts";
import type { Store, StoredInstance } from "../../stores/store.ts";
import { EventType, OrchestrationStatus } from "../history/events.ts";
import type { GenericEvent, HistoryEvent } from "../history/events.ts";

/**
 * Removes failures from the history of a failed instance, and of the failed children that caused them, so that they can
 * continue. Each failure is replaced by a generic event, which replay ignores. Returns the instances that must be
 * started again; a parent is started by its child.
 */
export function rewindHistory(store: Store, instance: StoredInstance, now: number): string[] {
  const events = JSON.parse(`[${store.history(instance.key)}]`) as HistoryEvent[];
  const failedActivities = new Set<number>();
  const failedChildren = new Set<number>();
  for (const event of events) {
    if (event.EventType === EventType.TaskFailed) failedActivities.add(event.TaskScheduledId);
    if (event.EventType === EventType.SubOrchestrationInstanceFailed) {
      failedChildren.add(event.TaskScheduledId);
    }
  }
  const leaves: string[] = [];
  const rewound = events.map((event) => {
    if (event.EventType === EventType.SubOrchestrationInstanceCreated && failedChildren.has(event.EventId)) {
      const child = store.instance(event.InstanceId);
      // A child that was rewound before by itself runs already.
      if (child !== undefined && isFinal(child.runtimeStatus))
        leaves.push(...rewindHistory(store, child, now));
    }
    return isUndone(event, failedActivities) ? inPlaceOf(event) : event;
  });
  store.deleteHistory(instance.key);
  store.appendHistory(instance.key, rewound.map((event) => JSON.stringify(event)).join(","));
  // The replay of an instance that failed while it was suspended waits for a resumption.
  const runtimeStatus = isSuspended(rewound) ? "Suspended" : "Pending";
  store.updateInstance({ ...instance, runtimeStatus, lastUpdatedTime: now });
  return failedChildren.size > 0 ? leaves : [instance.instanceId];
}

function isSuspended(events: readonly HistoryEvent[]): boolean {
  const last = events.findLast(
    ({ EventType: type }) => type === EventType.ExecutionSuspended || type === EventType.ExecutionResumed,
  );
  return last?.EventType === EventType.ExecutionSuspended;
}

function isUndone(event: HistoryEvent, failedActivities: ReadonlySet<number>): boolean {
  switch (event.EventType) {
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      return true;
    case EventType.TaskScheduled:
      return failedActivities.has(event.EventId);
    case EventType.ExecutionCompleted:
      return event.OrchestrationStatus === OrchestrationStatus.Failed;
    default:
      return false;
  }
}

function inPlaceOf(event: HistoryEvent): GenericEvent {
  return {
    Data: null,
    EventType: EventType.GenericEvent,
    EventId: event.EventId,
    IsPlayed: event.IsPlayed,
    Timestamp: event.Timestamp,
  };
}
