/** How an order ends: confirmed, or undone and then refused or failed. */
import type { DurableContext } from "../../durable/durable-context.ts";
import { failureMessage } from "../../durable/failure.ts";
import type { RetryPolicy } from "../../durable/retry-policy.ts";
import type { Operation } from "../../durable/step.ts";
import { type UndoStack, undoSummary } from "../../durable/undo-stack.ts";
import type { OrderOutcome, OrderResult } from "./order.contract.ts";
import { failedAt, type OrderProgress, type OrderStatus } from "./order.progress.ts";

export const STEP_RETRY: RetryPolicy = {
  maxAttempts: 4,
  firstInterval: { seconds: 1 },
  backoffCoefficient: 2,
};
/** Money and stock are at stake: an undo is tried for an hour. */
const UNDO_RETRY: RetryPolicy = { ...STEP_RETRY, maxAttempts: 20, maxInterval: { minutes: 5 } };

/**
 * Runs the steps. A confirmed order stays; a refused one is undone and is a result all the same; one whose retries
 * ran out, or that cannot be undone, is a failure of the system and ends the instance as failed.
 */
export function* keepOrUndo<Input extends object>(
  df: DurableContext<Input, OrderStatus>,
  steps: Operation<OrderOutcome>,
  undo: UndoStack,
  progress: () => OrderProgress,
): Operation<OrderResult> {
  let outcome: OrderOutcome;
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
