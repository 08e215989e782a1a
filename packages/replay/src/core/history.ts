import type { HistoryEvent } from "durable-local-host/replay";

/** The history of an instance's current execution, with its id and status. */
export interface History {
  readonly instanceId: string;
  readonly executionId: string;
  /** Name of the orchestrator function. */
  readonly name: string;
  readonly version: string | null;
  readonly parentInstanceId: string | null;
  /** A status of the management API, for example `Running`. */
  readonly status: string;
  /** In the form that the extension passes to the SDK, oldest first, with `IsPlayed` false. */
  readonly events: readonly HistoryEvent[];
}

/** Statuses of instances that have not ended. */
export const RUNNING_STATUSES: ReadonlySet<string> = new Set([
  "Pending",
  "Running",
  "ContinuedAsNew",
  "Suspended",
]);

/** An instance whose history cannot be read, with the reason in one sentence. */
export interface Unreadable {
  readonly instanceId: string;
  readonly unreadable: string;
}

/** An unfinished instance whose current execution has no history yet, for example because it is scheduled for later. */
export interface NotStarted extends Pick<History, "instanceId" | "name" | "version" | "status"> {
  readonly notStarted: true;
}

/** What a source knows about an instance without events: undefined if it has ended, or was purged in the meantime. */
export function notStarted(instance: Omit<NotStarted, "notStarted">): NotStarted | undefined {
  const { instanceId, name, version, status } = instance;
  return RUNNING_STATUSES.has(status) ? { instanceId, name, version, status, notStarted: true } : undefined;
}

/** A source of histories. */
export interface HistorySource {
  /** A description for output. */
  readonly name: string;
  /** The instances of orchestrations; they are read during the iteration. */
  histories(filter: HistoryFilter): AsyncIterable<History | Unreadable | NotStarted>;
}

export interface HistoryFilter {
  /** Only instances that have not ended. */
  readonly running?: boolean | undefined;
  /** Only this instance. */
  readonly instanceId?: string | undefined;
}

/** A source cannot be read. The message says in one sentence how to correct this. */
export class SourceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SourceError";
  }
}

/** A task hub does not exist, as before the first deployment, or with a misspelt name. */
export class MissingTaskHub extends SourceError {
  constructor(hub: string, options?: ErrorOptions) {
    super(
      `There is no task hub ${hub} in this storage account: check --hub, or allow it with --allow-missing-hub.`,
      options,
    );
    this.name = "MissingTaskHub";
  }
}

/** Why a history with events of an unexpected form cannot be replayed. */
export const INVALID_EVENT = "An event of the history is invalid";

export function matchesFilter(
  history: Pick<History, "instanceId" | "status">,
  filter: HistoryFilter,
): boolean {
  if (filter.instanceId !== undefined && filter.instanceId !== history.instanceId) return false;
  return filter.running !== true || RUNNING_STATUSES.has(history.status);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
