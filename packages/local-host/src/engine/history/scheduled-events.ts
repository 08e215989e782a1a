import { jsonNet } from "../../json-net.ts";
import { EventType, OrchestrationStatus } from "./events.ts";
import type { ExecutionCompleted, ScheduledEvent } from "./events.ts";
import type { Completion, ScheduledWork } from "./scheduled-work.ts";
import { toTimestamp } from "./timestamps.ts";
import { parentTraceContext } from "./trace-context.ts";

/** The history event for work that an episode schedules. `at` in epoch milliseconds. */
export function scheduledEvent(
  work: ScheduledWork,
  at: number,
  keepsInputs: boolean,
  traceParent: string | undefined,
): ScheduledEvent {
  const common = { EventId: work.id, IsPlayed: false, Timestamp: toTimestamp(at) };
  switch (work.kind) {
    case "activity":
      return {
        EventType: EventType.TaskScheduled,
        Name: work.name,
        Version: "",
        Input: keepsInputs ? `[${jsonNet(work.input ?? null)}]` : null,
        ParentTraceContext: parentTraceContext(traceParent),
        Tags: null,
        ...common,
      };
    case "timer":
      return { EventType: EventType.TimerCreated, FireAt: toTimestamp(work.fireAt), ...common };
    case "subOrchestration":
      return {
        EventType: EventType.SubOrchestrationInstanceCreated,
        Name: work.name,
        Version: work.version,
        InstanceId: work.instanceId,
        Input: keepsInputs ? work.input : null,
        ClientSpanId: null,
        Tags: null,
        ...common,
      };
    case "event":
      return {
        EventType: EventType.EventSent,
        InstanceId: work.instanceId,
        Name: work.name,
        Input: work.input,
        ...common,
      };
  }
}

const STATUS = {
  completed: OrchestrationStatus.Completed,
  failed: OrchestrationStatus.Failed,
  terminated: OrchestrationStatus.Terminated,
} as const;

/** A final completion; continue-as-new writes no event for its end. */
export type FinalCompletion = Exclude<Completion, { readonly kind: "continuedAsNew" }>;

/** The last event of an execution. */
export function executionCompleted(completion: FinalCompletion, at: number): ExecutionCompleted {
  return {
    EventType: EventType.ExecutionCompleted,
    OrchestrationStatus: STATUS[completion.kind],
    Result: completion.kind === "failed" ? completion.reason : completion.result,
    FailureDetails: completion.kind === "failed" ? completion.failureDetails : null,
    EventId: completion.id,
    IsPlayed: false,
    Timestamp: toTimestamp(at),
  };
}
