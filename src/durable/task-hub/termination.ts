import { isFinal } from "../client/orchestration-client.ts";
import { poll } from "../client/poll.ts";
import type { TaskHub } from "./task-hub.ts";

/** The outcome of a termination. */
export interface Termination {
  /** How many instances got the command to end. */
  readonly asked: number;
  /** False if one of them did not end in time: repeat the call to continue. */
  readonly isComplete: boolean;
}

/** On Azure Storage, a termination is a message in a queue that is polled. */
const END_TIMEOUT_MS = 20_000;
/** A child exists once the message that starts it has been received; the queues are polled every two seconds. */
const CREATION_TIMEOUT_MS = 5000;

/**
 * Ends an instance and all its unfinished sub-orchestrations, recursively. The extension would only end the given
 * instance: its children would continue without a receiver for their results.
 */
export function terminateWithChildren(taskHub: TaskHub, id: string, reason: string): Promise<Termination> {
  return terminateBefore(performance.now() + END_TIMEOUT_MS, taskHub, id, reason);
}

/** Ends the unfinished sub-orchestrations of an instance that has ended. */
export function terminateParts(taskHub: TaskHub, id: string, reason: string): Promise<Termination> {
  return partsBefore(performance.now() + END_TIMEOUT_MS, taskHub, id, reason);
}

/** The parent first: once it has ended, it starts no more children, and its history names all of them. */
async function terminateBefore(
  deadline: number,
  taskHub: TaskHub,
  id: string,
  reason: string,
): Promise<Termination> {
  const end = await ended(deadline, taskHub, id, reason);
  if (!end.isComplete) return end;
  const parts = await partsBefore(deadline, taskHub, id, reason);
  return { ...parts, asked: end.asked + parts.asked };
}

async function partsBefore(
  deadline: number,
  taskHub: TaskHub,
  id: string,
  reason: string,
): Promise<Termination> {
  const children = await openChildren(taskHub, id);
  const ends = await Promise.all(children.map((child) => terminateBefore(deadline, taskHub, child, reason)));
  return {
    asked: ends.reduce((sum, { asked }) => sum + asked, 0),
    isComplete: ends.every(({ isComplete }) => isComplete),
  };
}

async function ended(deadline: number, taskHub: TaskHub, id: string, reason: string): Promise<Termination> {
  const creationDeadline = Math.min(deadline, performance.now() + CREATION_TIMEOUT_MS);
  let asked = 0;
  const pauses = { timeoutMs: deadline - performance.now(), firstPauseMs: 25, longestPauseMs: 1000 };
  const isComplete = await poll(async () => {
    const instance = await taskHub.instance(id);
    if (instance && isFinal(instance)) return true;
    if (instance && asked === 0 && (await taskHub.command(id, "terminate", reason)) === "accepted") asked = 1;
    // If it does not appear in time, it was purged.
    return !instance && performance.now() > creationDeadline ? true : undefined;
  }, pauses);
  return { asked, isComplete: isComplete ?? false };
}

/**
 * The children whose answers an instance waits for: in a history as the extension shows it, one that has answered appears
 * only in its completion event.
 */
export async function openChildren(taskHub: TaskHub, id: string): Promise<string[]> {
  const events = await taskHub.history(id);
  return events
    .filter(({ EventType }) => EventType === "SubOrchestrationInstanceCreated")
    .map(({ InstanceId }) => String(InstanceId));
}
