/** How an order comes to the point of no return, or is undone and then refused or failed. */
import type { DurableContext } from "../../durable/durable-context.ts";
import { failureMessage } from "../../durable/failure.ts";
import type { RetryPolicy } from "../../durable/retry-policy.ts";
import type { Operation } from "../../durable/step.ts";
import { type UndoStack, undoSummary } from "../../durable/undo-stack.ts";
import {
  cancelShipment,
  type FormerOrder,
  type OrderOutcome,
  refundPayment,
  releaseStock,
  type SalePart,
  type Undone,
  withdrawSale,
} from "./order.contract.ts";
import { failedAt, type OrderProgress, type OrderStatus, progressAt } from "./order.progress.ts";

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

/** What undoes each step that leaves something behind. */
export const UNDO_OF = {
  reserveStock: releaseStock,
  chargePayment: refundPayment,
  bookShipment: cancelShipment,
  confirmOrder: withdrawSale,
} as const;

/**
 * Ends the steps as they ended in the run before, in which the order was being undone: its undos run again, all of
 * them, and are harmless where they have run.
 */
export function endAgain(
  { step, outcome }: NonNullable<FormerOrder["undoing"]>,
  undo: UndoStack,
  { orderId, tellTotals }: { orderId: string; tellTotals: (parts: readonly SalePart[]) => void },
): OrderOutcome {
  const done = progressAt(step).completedSteps;
  // A step that refused did nothing.
  for (const name of outcome.kind === "fault" ? [...done, step] : done) {
    if (name === "confirmOrder") undo.push(withdrawSale, { orderId }, ({ parts }) => tellTotals(parts));
    else if (name in UNDO_OF) undo.push(UNDO_OF[name as "reserveStock"], { orderId });
  }
  const { kind, reason } = outcome;
  if (kind === "fault") throw new Error(reason);
  return { kind, reason };
}

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
