import type { HttpResponseInit } from "@azure/functions";
import { type InstanceStatus, isFinal } from "../durable/client/orchestration-client.ts";
import type { RuntimeStatus } from "../durable/task-hub/task-hub.ts";

/** Status of a resource in the public API's words. */
export type ResourceStatus = "pending" | "running" | "suspended" | "completed" | "failed" | "canceled";

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

export const RESOURCE_STATUSES = [
  "pending",
  "running",
  "suspended",
  "completed",
  "failed",
  "canceled",
] as const satisfies readonly ResourceStatus[];

/** The engine's status in the public API's word. */
export const statusWord = (runtimeStatus: string): ResourceStatus =>
  Object.hasOwn(STATUS_WORDS, runtimeStatus) ? STATUS_WORDS[runtimeStatus as RuntimeStatus] : "running";

/** What the engine calls a status. */
export const runtimeStatuses = (word: ResourceStatus): RuntimeStatus[] =>
  (Object.keys(STATUS_WORDS) as RuntimeStatus[]).filter((status) => STATUS_WORDS[status] === word);

/** All statuses, by name: a query without any means none to us and all to the extension. */
export const EVERY_STATUS: readonly RuntimeStatus[] = RESOURCE_STATUSES.flatMap(runtimeStatuses);

/** Why the system failed to carry out a process. Business refusals are results, not this. */
export interface ResourceError {
  readonly type: string;
  readonly message: string;
}

/** What a pattern adds to its instance to make the resource that callers see. */
export interface ResourceView {
  readonly kind: string;
  readonly progress: object;
  readonly result?: object | undefined;
  /** Shown when the instance has failed; without one the message is general, never the engine's text. */
  readonly error?: ResourceError | undefined;
  readonly links: Readonly<Record<string, string>>;
}

const UNKNOWN_FAILURE: ResourceError = {
  type: "internal",
  message: "The process failed; its history tells why",
};

/** Answers a status query: 200 with the resource, and `Retry-After` while it is not final. */
export function resourceResponse(
  instance: InstanceStatus<unknown, unknown, unknown>,
  view: ResourceView,
): HttpResponseInit {
  const status = statusWord(instance.runtimeStatus);
  return {
    status: 200,
    headers: isFinal(instance) ? {} : { "retry-after": String(secondsToNextLook(instance)) },
    jsonBody: {
      id: instance.instanceId,
      kind: view.kind,
      status,
      progress: view.progress,
      ...(view.result && { result: view.result }),
      ...(status === "failed" && { error: view.error ?? UNKNOWN_FAILURE }),
      createdAt: wholeSeconds(instance.createdAt).toISOString(),
      updatedAt: instance.updatedAt.toISOString(),
      links: view.links,
    },
  };
}

/** As the engine's times are: a process that knows its own beginning better must not seem younger than its changes. */
const wholeSeconds = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** Young processes are looked at often, old ones less so: between 1 and 30 seconds. */
function secondsToNextLook(instance: InstanceStatus<unknown, unknown, unknown>): number {
  const ageInSeconds = (instance.updatedAt.getTime() - instance.createdAt.getTime()) / 1000;
  return Math.round(Math.min(30, Math.max(1, ageInSeconds / 10)));
}
