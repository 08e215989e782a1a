import type { ParentInstance } from "../../stores/instance.ts";

/** Event types by name, with the numbers that the Durable extension and the SDK exchange. */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

const TYPE_NAMES = new Map<number, string>(Object.entries(EventType).map(([name, type]) => [type, name]));

/** The name of an event's type, for example `TaskScheduled`. */
export function eventTypeName(type: number): string {
  return TYPE_NAMES.get(type) ?? String(type);
}

/** `ExecutionCompleted.OrchestrationStatus` by name. */
export const OrchestrationStatus = {
  Running: 0,
  Completed: 1,
  ContinuedAsNew: 2,
  Failed: 3,
  Canceled: 4,
  Terminated: 5,
  Pending: 6,
  Suspended: 7,
} as const;

/** The extension's record of an error that has its own properties. */
export interface FailureDetails {
  readonly ErrorType: string;
  readonly ErrorMessage: string;
  readonly StackTrace: string | null;
  readonly InnerFailure: FailureDetails | null;
  readonly IsNonRetriable: boolean;
  readonly Properties: Readonly<Record<string, unknown>> | null;
}

/** Properties of all events. Timestamps are ISO 8601 in UTC with seven fractional digits. */
interface EventBase {
  /** The task's id for scheduled events, otherwise -1. */
  readonly EventId: number;
  readonly IsPlayed: boolean;
  readonly Timestamp: string;
}

/** The position of an execution in a distributed trace. */
export interface ParentTraceContext {
  readonly TraceParent: string;
  readonly TraceState: string | null;
  readonly Id: string | null;
  readonly SpanId: string | null;
  readonly ActivityStartTime: string | null;
}

export interface ExecutionStarted extends EventBase {
  readonly EventType: 0;
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly ParentInstance: ParentInstance | null;
  readonly Name: string;
  readonly Version: string | null;
  /** JSON text. */
  readonly Input: string | null;
  readonly Tags: null;
  readonly Correlation: null;
  readonly ParentTraceContext: ParentTraceContext | null;
  readonly ScheduledStartTime: null;
  /** 0 for the first start with this id, increased when the id is reused, null for a child or a continued execution. */
  readonly Generation: number | null;
  readonly GenerateNewTrace: false;
}

export interface ExecutionCompleted extends EventBase {
  readonly EventType: 1;
  readonly OrchestrationStatus: number;
  readonly Result: string | null;
  readonly FailureDetails: FailureDetails | null;
}

export interface ExecutionTerminated extends EventBase {
  readonly EventType: 3;
  /** The reason. */
  readonly Input: string | null;
}

export interface TaskScheduled extends EventBase {
  readonly EventType: 4;
  readonly Name: string;
  readonly Version: string;
  /** JSON text of an array with the input, if inputs are kept in the history. */
  readonly Input: string | null;
  readonly ParentTraceContext: ParentTraceContext | null;
  readonly Tags: null;
}

/** JSON text of a result, with the id of the task that it completes. */
export interface TaskCompleted extends EventBase {
  readonly EventType: 5;
  readonly TaskScheduledId: number;
  readonly Result: string | null;
}

/** The content of a `TaskFailed` event. */
export interface TaskFailure {
  readonly Reason: string;
  readonly Details: string | null;
  readonly FailureDetails: FailureDetails | null;
}

export interface TaskFailed extends EventBase, TaskFailure {
  readonly EventType: 6;
  readonly TaskScheduledId: number;
}

export interface SubOrchestrationInstanceCreated extends EventBase {
  readonly EventType: 7;
  readonly Name: string;
  readonly Version: string | null;
  readonly InstanceId: string;
  readonly Input: string | null;
  readonly ClientSpanId: null;
  readonly Tags: null;
}

export interface SubOrchestrationInstanceCompleted extends EventBase {
  readonly EventType: 8;
  readonly TaskScheduledId: number;
  readonly Result: string | null;
}

export interface SubOrchestrationInstanceFailed extends EventBase {
  readonly EventType: 9;
  readonly TaskScheduledId: number;
  readonly Reason: string | null;
  readonly Details: string | null;
  readonly FailureDetails: FailureDetails | null;
}

export interface TimerCreated extends EventBase {
  readonly EventType: 10;
  readonly FireAt: string;
}

export interface TimerFired extends EventBase {
  readonly EventType: 11;
  readonly TimerId: number;
  readonly FireAt: string;
}

export interface OrchestratorStarted extends EventBase {
  readonly EventType: 12;
}

export interface OrchestratorCompleted extends EventBase {
  readonly EventType: 13;
}

/** A message to an entity. */
export interface EventSent extends EventBase {
  readonly EventType: 14;
  readonly InstanceId: string;
  readonly Name: string;
  /** JSON text. */
  readonly Input: string;
}

export interface EventRaised extends EventBase {
  readonly EventType: 15;
  readonly Name: string;
  /** JSON text. */
  readonly Input: string | null;
  readonly ParentTraceContext: null;
}

/** Written by rewind: one for each failed event that it replaces, and one with the reason. */
export interface GenericEvent extends EventBase {
  readonly EventType: 17;
  readonly Data: string | null;
}

export interface ExecutionSuspended extends EventBase {
  readonly EventType: 19;
  readonly Reason: string | null;
}

export interface ExecutionResumed extends EventBase {
  readonly EventType: 20;
  readonly Reason: string | null;
}

/** An event that an instance receives as a message from outside an episode. */
export type IncomingEvent =
  | ExecutionStarted
  | ExecutionTerminated
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerFired
  | EventRaised
  | GenericEvent
  | ExecutionSuspended
  | ExecutionResumed;

/** An event that an episode writes for work that it schedules. */
export type ScheduledEvent = TaskScheduled | SubOrchestrationInstanceCreated | TimerCreated | EventSent;

/** One event of an orchestration's history, in the form in which the SDK replays it. */
export type HistoryEvent =
  IncomingEvent | ScheduledEvent | OrchestratorStarted | OrchestratorCompleted | ExecutionCompleted;

/** Whether an orchestrator's call has written the event. */
export function isScheduled(event: HistoryEvent): event is ScheduledEvent {
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
