/**
 * What the console reads of the Durable extension's management API (`/runtime/webhooks/durabletask`), with the names of
 * its JSON.
 */

/** Any JSON value. The extension shows a text that is not JSON as a string. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Path of the management API on every host. */
export const MANAGEMENT_PATH = "/runtime/webhooks/durabletask";

/** Header of the list's next page, in the answer and in the request for it. */
export const CONTINUATION_HEADER = "x-ms-continuation-token";

export type RuntimeStatus =
  "Pending" | "Running" | "ContinuedAsNew" | "Suspended" | "Completed" | "Failed" | "Terminated" | "Canceled";

/** `GET instances` answers an array of them, `GET instances/{id}` one: 202 until it has ended, then 200. */
export interface InstanceStatus {
  /** Null if a sub-orchestration has lost it on Azure Storage, because its host was killed. */
  readonly name: string | null;
  readonly version?: string;
  readonly instanceId: string;
  /** Newer extensions only. */
  readonly parentInstanceId?: string;
  readonly runtimeStatus: RuntimeStatus;
  /** Null with `showInput=false`. */
  readonly input: Json;
  readonly customStatus: Json;
  readonly output: Json;
  /** ISO 8601, without fractions of a second. */
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
  /** With `showHistory=true`. */
  readonly historyEvents?: readonly HistoryEvent[];
}

/** Starts with these, and has them newest last. */
interface EventBase {
  /** ISO 8601. */
  readonly Timestamp: string;
}

/** The fields of an event that completes a scheduled one. */
interface Scheduled {
  readonly ScheduledTime: string;
  readonly FunctionName: string;
  /** JSON text; of activities an array with one element. With `showInput=true`. */
  readonly Input?: string | null;
}

interface Failure {
  readonly Reason: string | null;
  readonly Details: string | null;
}

/** An event of `historyEvents`. What is scheduled and has completed appears only as its completion. */
export type HistoryEvent = EventBase &
  (
    | {
        readonly EventType: "ExecutionStarted";
        readonly FunctionName: string;
        readonly Input?: string | null;
      }
    | {
        readonly EventType: "ExecutionCompleted";
        readonly OrchestrationStatus: RuntimeStatus;
        /** With `showHistoryOutput=true`. */
        readonly Result?: Json;
      }
    | { readonly EventType: "ExecutionTerminated"; readonly Input?: string | null }
    | { readonly EventType: "ExecutionSuspended" | "ExecutionResumed"; readonly Reason: string | null }
    | { readonly EventType: "TaskScheduled"; readonly Name: string; readonly Input?: string | null }
    | ({ readonly EventType: "TaskCompleted"; readonly Result?: Json } & Scheduled)
    | ({ readonly EventType: "TaskFailed" } & Failure & Scheduled)
    | {
        readonly EventType: "SubOrchestrationInstanceCreated";
        readonly Name: string;
        readonly InstanceId: string;
        readonly Input?: string | null;
      }
    | ({
        readonly EventType: "SubOrchestrationInstanceCompleted";
        readonly InstanceId?: string;
        readonly Result?: Json;
      } & Scheduled)
    | ({ readonly EventType: "SubOrchestrationInstanceFailed"; readonly InstanceId?: string } & Failure &
        Scheduled)
    | { readonly EventType: "TimerCreated" | "TimerFired"; readonly FireAt: string }
    | {
        readonly EventType: "EventSent";
        readonly InstanceId: string;
        readonly Name: string;
        readonly Input?: string | null;
      }
    | { readonly EventType: "EventRaised"; readonly Name: string; readonly Input?: string | null }
    | { readonly EventType: "GenericEvent"; readonly Data: string | null }
    | { readonly EventType: "ContinueAsNew" | "HistoryState" | "ExecutionRewound" }
  );

/** `GET entities` answers an array of them. */
export interface EntityStatus {
  readonly entityId: { readonly name: string; readonly key: string };
  readonly lastOperationTime: string;
  /** Null without `fetchState=true`. */
  readonly state: Json;
}

/** The body of most errors; some have none. */
export interface ManagementErrorBody {
  readonly Message: string;
  readonly ExceptionMessage?: string;
  readonly ExceptionType?: string;
}

/** What `POST orchestrators/{name}/{id?}` and `POST instances/{id}/restart` answer; the addresses need no key here. */
export interface CheckStatusResponse {
  readonly id: string;
  readonly statusQueryGetUri: string;
}
