/** How an order comes to the point of no return, or is undone and then refused or failed. */
import type { DurableContext } from "../../durable/durable-context.ts";
import { failureMessage } from "../../durable/failure.ts";
import type { RetryPolicy } from "../../durable/retry-policy.ts";
import type { Operation } from "../../durable/step.ts";
import { type UndoStack, undoSummary } from "../../durable/undo-stack.ts";
import type { OrderOutcome, Undone } from "./order.contract.ts";
import { failedAt, type OrderProgress, type OrderStatus } from "./order.progress.ts";

export const STEP_RETRY: RetryPolicy = {
  maxAttempts: 4,
  firstInterval: { seconds: 1 },
  backoffCoefficient: 2,
};
/**
 * Nothing undoes a confirmed order because of its mail, so the mail is tried for a day: eleven times within the first
 * half-hour or so, then every half-hour.
 */
export const CONFIRMATION_RETRY: RetryPolicy = {
  maxAttempts: 59,
  firstInterval: { seconds: 1 },
  backoffCoefficient: 2,
  maxInterval: { minutes: 30 },
};
/** Money and stock are at stake: an undo is tried for an hour. */
const UNDO_RETRY: RetryPolicy = { ...STEP_RETRY, maxAttempts: 20, maxInterval: { minutes: 5 } };

/**
 * Runs the steps up to the point of no return. A confirmed order stays; a refused one is undone, which is a result all
 * the same; one whose retries ran out, or that cannot be undone, is a failure of the system and ends the instance as
 * failed.
 */
export function* keepOrUndo<Input extends object>(
  df: DurableContext<Input, OrderStatus>,
  steps: Operation<OrderOutcome>,
  undo: UndoStack,
  progress: () => OrderProgress,
): Operation<Extract<OrderOutcome, { kind: "confirmed" }> | Undone> {
  let outcome: OrderOutcome | { kind: "fault"; reason: string };
  try {
    outcome = yield* steps;
  } catch (error) {
    outcome = { kind: "fault", reason: failureMessage(error) };
  }
  if (outcome.kind === "confirmed") return outcome;
  const { undone, failed } = yield* undo.run(df, UNDO_RETRY);
  if (outcome.kind !== "fault" && failed.length === 0) return { ...outcome, undone };
  const failure = failedAt(progress(), outcome.kind, undoSummary({ undone, failed }));
  df.setCustomStatus(failure);
  throw new Error(`${failure.error.message}. ${outcome.reason}`);
}
