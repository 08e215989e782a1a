import type { RuntimeStatus } from "../durable/task-hub/task-hub.ts";

/** The statuses of a process that has not ended. */
export const UNFINISHED_STATUSES = ["pending", "running", "suspended"] as const;
/** The statuses of a resource in the public API. */
export const RESOURCE_STATUSES = [...UNFINISHED_STATUSES, "completed", "failed", "canceled"] as const;
export type ResourceStatus = (typeof RESOURCE_STATUSES)[number];

const STATUS_WORDS: Readonly<Record<RuntimeStatus, ResourceStatus>> = {
  Pending: "pending",
  Running: "running",
  ContinuedAsNew: "running",
  Suspended: "suspended",
  Completed: "completed",
  Failed: "failed",
  Terminated: "canceled",
  Canceled: "canceled",
};

/** The public API's name for a runtime status. */
export const statusWord = (runtimeStatus: string): ResourceStatus =>
  Object.hasOwn(STATUS_WORDS, runtimeStatus) ? STATUS_WORDS[runtimeStatus as RuntimeStatus] : "running";

export const isUnfinished = (status: string): boolean =>
  (UNFINISHED_STATUSES as readonly string[]).includes(status);

/** The runtime statuses of a public status. */
export const runtimeStatuses = (word: ResourceStatus): RuntimeStatus[] =>
  (Object.keys(STATUS_WORDS) as RuntimeStatus[]).filter((status) => STATUS_WORDS[status] === word);

/** All statuses: a query must name them, because an empty list would select all instances in the extension. */
export const EVERY_STATUS: readonly RuntimeStatus[] = RESOURCE_STATUSES.flatMap(runtimeStatuses);
