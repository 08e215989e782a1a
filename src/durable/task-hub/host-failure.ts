import type { HubEvent } from "./task-hub.ts";

/** What an invocation ends with that never answered. One whose code threw has `Result: Failure` in the brackets. */
const NO_ANSWER = /One or more errors occurred\. \((?!Result: Failure)/;
/** What the replay of such an answer makes of a history: nothing of what it holds was scheduled again. */
const NOTHING_REPLAYED =
  /Non-Deterministic workflow detected: .* sequence (?:ID|number) (\d+)\b.* hasn't \(yet\?\) scheduled this task/;

/**
 * Whether the text of a failure may be that of an orchestrator whose worker process died under it, or of a part of it
 * that ended so. The extension takes the silence for an answer without actions: an instance without a history fails
 * with the end of the process, any other as non-deterministic, by the first thing that it had scheduled.
 */
export function mayBeHostFailure(output: unknown): boolean {
  return typeof output === "string" && (NO_ANSWER.test(output) || NOTHING_REPLAYED.test(output));
}

/**
 * Whether the history agrees. Code that has changed is found at another call than the first, as a rule, and a part
 * that somebody has terminated fails its process with the same text.
 */
export function isHostFailure(output: unknown, history: readonly HubEvent[]): boolean {
  if (!mayBeHostFailure(output)) return false;
  if (history.some(isTerminatedPart)) return false;
  const id = NOTHING_REPLAYED.exec(String(output))?.[1];
  // A rewind has taken the first call back, and scheduled it again behind others.
  const isRewound = history.some(({ EventType }) => EventType === "GenericEvent");
  return id === undefined || Number(id) === 0 || isRewound;
}

/** A part that failed by itself has details. */
const isTerminatedPart = ({ EventType, Details, FailureDetails }: HubEvent) =>
  EventType === "SubOrchestrationInstanceFailed" && !Details && !FailureDetails;
