import type { HistoryEvent } from "durable-local-host/replay";

/** The history of an instance's current execution, with who it is. */
export interface History {
  readonly instanceId: string;
  readonly executionId: string;
  /** Of the orchestrator function. */
  readonly name: string;
  readonly version: string | null;
  readonly parentInstanceId: string | null;
  /** In the words of the management API, for example `Running`. */
  readonly status: string;
  /** In the form in which the extension gives them to the SDK, oldest first, `IsPlayed` false. */
  readonly events: readonly HistoryEvent[];
}

/** Statuses of instances that have not ended. */
export const RUNNING_STATUSES: ReadonlySet<string> = new Set([
  "Pending",
  "Running",
  "ContinuedAsNew",
  "Suspended",
]);

/** An instance whose history cannot be read, with one sentence that says why. */
export interface Unreadable {
  readonly instanceId: string;
  readonly unreadable: string;
}

/** Where histories come from. */
export interface HistorySource {
  /** For people. */
  readonly name: string;
  /** Orchestrations only, those that have begun; read while they are iterated. */
  histories(filter: HistoryFilter): AsyncIterable<History | Unreadable>;
}

export interface HistoryFilter {
  /** Only instances that have not ended. */
  readonly running?: boolean | undefined;
  /** Only this instance. */
  readonly instanceId?: string | undefined;
}

/** A source that cannot be read, with one sentence that says what to mend. */
export class SourceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SourceError";
  }
}

export function passes(history: Pick<History, "instanceId" | "status">, filter: HistoryFilter): boolean {
  if (filter.instanceId !== undefined && filter.instanceId !== history.instanceId) return false;
  return filter.running !== true || RUNNING_STATUSES.has(history.status);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
