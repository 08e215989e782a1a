import type { HttpResponseInit } from "@azure/functions";
import { type InstanceStatus, isFinal } from "../durable/client/orchestration-client.ts";
import { statusWord } from "./resource-status.ts";

/** Why the system failed to complete a process. Business refusals are results, not errors. */
export interface ResourceError {
  readonly type: string;
  readonly message: string;
}

/** What a pattern adds to its instance for the resource that callers see. */
export interface ResourceView {
  readonly kind: string;
  readonly progress: object;
  readonly result?: object | undefined;
  /** Shown when the instance has failed; without one, the message is general, and never the engine's message. */
  readonly error?: ResourceError | undefined;
  readonly links: Readonly<Record<string, string>>;
}

const UNKNOWN_FAILURE: ResourceError = {
  type: "internal",
  message: "The process failed; its history tells why",
};

/** Responds to a status query: 200 with the resource, and `Retry-After` while it is not final. */
export function resourceResponse(
  instance: InstanceStatus<unknown, unknown, unknown>,
  view: ResourceView,
): HttpResponseInit {
  const status = statusWord(instance.runtimeStatus);
  return {
    status: 200,
    headers: isFinal(instance) ? {} : { "retry-after": String(secondsToNextPoll(instance)) },
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

/**
 * Rounded down to seconds like the engine's times: otherwise a process could seem to be created after its last change.
 */
const wholeSeconds = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** The older the process, the longer the interval: between 1 and 30 seconds. */
function secondsToNextPoll(instance: InstanceStatus<unknown, unknown, unknown>): number {
  const ageInSeconds = (instance.updatedAt.getTime() - instance.createdAt.getTime()) / 1000;
  return Math.round(Math.min(30, Math.max(1, ageInSeconds / 10)));
}
