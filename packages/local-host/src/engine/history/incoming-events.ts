import { EventType } from "./events.ts";
import type {
  EventRaised,
  ExecutionResumed,
  ExecutionStarted,
  ExecutionSuspended,
  ExecutionTerminated,
  GenericEvent,
  OrchestratorCompleted,
  OrchestratorStarted,
  SubOrchestrationInstanceCompleted,
  SubOrchestrationInstanceFailed,
  TaskCompleted,
  TaskFailed,
  TaskFailure,
  TimerFired,
} from "./events.ts";
import { toTimestamp } from "./timestamps.ts";
import type { NewInstance } from "./new-instance.ts";
import { parentTraceContext } from "./trace-context.ts";

// An event's own properties come before the common ones, as in the extension's output.

/** The last properties of every event from outside. `at` is the time of the event, epoch milliseconds. */
function common(at: number): { EventId: -1; IsPlayed: false; Timestamp: string } {
  return { EventId: -1, IsPlayed: false, Timestamp: toTimestamp(at) };
}

/** `ticks` (of 100 ns) distinguish episodes of the same millisecond. */
export function orchestratorStarted(at: number, ticks: number): OrchestratorStarted {
  return {
    EventType: EventType.OrchestratorStarted,
    ...common(at),
    Timestamp: toTimestamp(at, ticks),
  };
}

export function orchestratorCompleted(at: number): OrchestratorCompleted {
  return { EventType: EventType.OrchestratorCompleted, ...common(at) };
}

export function executionStarted(at: number, start: Omit<NewInstance, "sourceInstanceId">): ExecutionStarted {
  return {
    EventType: EventType.ExecutionStarted,
    OrchestrationInstance: { InstanceId: start.instanceId, ExecutionId: start.executionId },
    ParentInstance: start.parent,
    Name: start.name,
    Version: start.version,
    Input: start.input,
    Tags: null,
    Correlation: null,
    ParentTraceContext: parentTraceContext(start.traceParent),
    ScheduledStartTime: null,
    Generation: start.generation,
    GenerateNewTrace: false,
    ...common(at),
  };
}

export function taskCompleted(at: number, taskId: number, result: string | null): TaskCompleted {
  return {
    EventType: EventType.TaskCompleted,
    TaskScheduledId: taskId,
    Result: result,
    ...common(at),
  };
}

export function taskFailed(at: number, taskId: number, failure: TaskFailure): TaskFailed {
  return { EventType: EventType.TaskFailed, TaskScheduledId: taskId, ...failure, ...common(at) };
}

export function subOrchestrationCompleted(
  at: number,
  taskId: number,
  result: string | null,
): SubOrchestrationInstanceCompleted {
  return {
    EventType: EventType.SubOrchestrationInstanceCompleted,
    TaskScheduledId: taskId,
    Result: result,
    ...common(at),
  };
}

export function subOrchestrationFailed(
  at: number,
  taskId: number,
  failure: Pick<SubOrchestrationInstanceFailed, "Reason" | "Details" | "FailureDetails">,
): SubOrchestrationInstanceFailed {
  return {
    EventType: EventType.SubOrchestrationInstanceFailed,
    TaskScheduledId: taskId,
    ...failure,
    ...common(at),
  };
}

/** As in the extension, the time of the event is that of the timer's creation, not when it fired. */
export function timerFired(createdAt: number, timerId: number, fireAt: number): TimerFired {
  return {
    EventType: EventType.TimerFired,
    TimerId: timerId,
    FireAt: toTimestamp(fireAt),
    ...common(createdAt),
  };
}

export function eventRaised(at: number, name: string, input: string | null): EventRaised {
  return {
    EventType: EventType.EventRaised,
    Name: name,
    Input: input,
    ParentTraceContext: null,
    ...common(at),
  };
}

export function executionTerminated(at: number, reason: string | null): ExecutionTerminated {
  return { EventType: EventType.ExecutionTerminated, Input: reason, ...common(at) };
}

export function executionSuspended(at: number, reason: string | null): ExecutionSuspended {
  return { EventType: EventType.ExecutionSuspended, Reason: reason, ...common(at) };
}

export function executionResumed(at: number, reason: string | null): ExecutionResumed {
  return { EventType: EventType.ExecutionResumed, Reason: reason, ...common(at) };
}

export function genericEvent(at: number, data: string | null): GenericEvent {
  return { Data: data, EventType: EventType.GenericEvent, ...common(at) };
}
