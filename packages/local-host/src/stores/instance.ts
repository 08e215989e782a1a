/** Runtime statuses as the management API names them. */
export const RUNTIME_STATUSES = [
  "Pending",
  "Running",
  "ContinuedAsNew",
  "Suspended",
  "Completed",
  "Failed",
  "Terminated",
  "Canceled",
] as const;
export type RuntimeStatus = (typeof RUNTIME_STATUSES)[number];

/** The stored data of one orchestration instance. All texts are JSON as the engine received it, or null. */
export interface Instance {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string | null;
  readonly runtimeStatus: RuntimeStatus;
  readonly input: string | null;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly parentInstanceId: string | null;
  /** Epoch milliseconds. */
  readonly createdTime: number;
  /** Epoch milliseconds. */
  readonly lastUpdatedTime: number;
  /** Problems that the extension does not report, oldest first; the management API does not show them either. */
  readonly problems: readonly string[];
  /** What the orchestrator waits for since its last episode; the management API does not show it. */
  readonly waits: readonly Wait[];
}

export type WaitKind = "event" | "activity" | "child" | "timer" | "entity" | "lock" | "http";

export interface Wait {
  readonly kind: WaitKind;
  /** Empty for timers. */
  readonly name: string;
  /** How many tasks of this kind and name are open. */
  readonly count: number;
  /** When the first timer is due, epoch milliseconds. */
  readonly due?: number;
  /** The first episode that ended with this wait, epoch milliseconds. */
  readonly since: number;
}

/** The parent of a sub-orchestration, and the parent's task id for it. */
export interface ParentInstance {
  readonly Name: string;
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly TaskScheduleId: number;
  readonly Version: string | null;
}

/** Whether an instance with that status has ended. */
export function isFinal(status: RuntimeStatus): boolean {
  return status === "Completed" || status === "Failed" || status === "Terminated" || status === "Canceled";
}
