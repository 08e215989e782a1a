import type { HubEvent } from "./task-hub.ts";

/**
 * The message of an invocation without a result. If the code threw an error, the brackets contain `Result: Failure`.
 */
const NO_ANSWER = /One or more errors occurred\. \((?!Result: Failure)/;
/** The message of the replay after such an invocation: nothing in the history was scheduled again. */
const NOTHING_REPLAYED =
  /Non-Deterministic workflow detected: .* sequence (?:ID|number) (\d+)\b.* hasn't \(yet\?\) scheduled this task/;

/**
 * Whether a failure message may come from an orchestrator, or a part of it, whose worker process died. The extension
 * treats the missing result as one without actions. An instance without a history then fails with the exit of the
 * process. Any other instance fails as non-deterministic at the first task that it had scheduled.
 */
export function mayBeHostFailure(output: unknown): boolean {
  return typeof output === "string" && (NO_ANSWER.test(output) || NOTHING_REPLAYED.test(output));
}

/**
 * Whether the history confirms this. A change of the code usually shows at a later call than the first. A part that was
 * terminated fails its process with the same message.
 */
export function isHostFailure(output: unknown, history: readonly HubEvent[]): boolean {
  if (!mayBeHostFailure(output)) return false;
  if (history.some(isTerminatedPart)) return false;
  const id = NOTHING_REPLAYED.exec(String(output))?.[1];
  // A rewind has removed the first call and scheduled it again after others.
  const isRewound = history.some(({ EventType }) => EventType === "GenericEvent");
  return id === undefined || Number(id) === 0 || isRewound;
}

/** A part that failed because of its own error has details. */
const isTerminatedPart = ({ EventType, Details, FailureDetails }: HubEvent) =>
  EventType === "SubOrchestrationInstanceFailed" && !Details && !FailureDetails;
