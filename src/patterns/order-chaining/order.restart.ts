/** How an order starts again, after its host failed or it was terminated (docs/operations.md). */
import type { z } from "zod";
import { failureMessage } from "../../durable/orchestration/failure.ts";
import { type FormerCall, formerCalls, type FormerRun } from "../../durable/task-hub/former-run.ts";
import { Refused, type UndoStack } from "../../durable/orchestration/undo-stack.ts";
import * as order from "./order.contract.ts";

/** The undo of each step that has one. */
const UNDO_OF: Readonly<Partial<Record<order.OrderStep, typeof order.releaseStock>>> = {
  reserveStock: order.releaseStock,
  chargePayment: order.refundPayment,
  bookShipment: order.cancelShipment,
};
const UNDOS: ReadonlySet<string> = new Set(
  [...Object.values(UNDO_OF), order.withdrawSale].map(({ name }) => name),
);
const { shape } = order.formerOrder;

/**
 * A restarted order continues with the step in which it was, and keeps the results of the earlier steps. If one of
 * those failed now, it would undo a confirmed order, or leave a booked parcel. An order that was being undone is undone
 * completely and ends as it would have ended: its steps would only find the tombstones of the undos.
 */
export function nextOrderInput(run: FormerRun): order.OrderInput {
  const { former: earlier = {}, ...request } = order.orderInput.parse(run.input);
  const calls = formerCalls(run);
  const isUndoing = calls.some(({ activity }) => UNDOS.has(activity));
  const resultOf = <T>({ name }: { name: string }, result: z.ZodType<T>) =>
    result.safeParse(calls.find(({ activity, kind }) => activity === name && kind === "completed")?.result)
      .data;
  const recorded = resultOf(order.confirmOrder, shape.recorded) ?? earlier.recorded;
  return {
    ...request,
    former: {
      priced: resultOf(order.priceOrder, shape.priced) ?? earlier.priced,
      reserved: resultOf(order.reserveStock, shape.reserved) ?? earlier.reserved,
      charged: resultOf(order.chargePayment, shape.charged) ?? earlier.charged,
      booked: resultOf(order.bookShipment, shape.booked) ?? earlier.booked,
      recorded: recorded && areTotalsSignalled(calls) ? { sold: [] } : recorded,
      undoing: earlier.undoing ?? (isUndoing ? endOfSteps(calls) : undefined),
    },
  };
}

/**
 * The totals receive the sale together with the call that sends the mail, and never again. They recognise a repeat only
 * for some minutes, but an order may be restarted after days.
 */
const areTotalsSignalled = (calls: readonly FormerCall[]) =>
  calls.some(({ activity }) => activity === order.sendConfirmation.name);

/**
 * Ends the steps as in the former run, in which the order was being undone: all undos run again, which is harmless if
 * they have already run. Returns the error to throw.
 *
 * @param signalTotals called with the withdrawal, as in the first run
 */
export function reasonToUndo(
  { step, outcome }: NonNullable<order.FormerOrder["undoing"]>,
  undo: UndoStack,
  orderId: string,
  signalTotals: (parts: readonly order.SalePart[]) => void,
): Error {
  const done = order.progressAt(step).completedSteps;
  // A step that refused did nothing, so it is not undone.
  for (const name of outcome.kind === "fault" ? [...done, step] : done) {
    const undoOf = UNDO_OF[name];
    if (undoOf) undo.push(undoOf, { orderId });
    if (name === "confirmOrder")
      undo.push(order.withdrawSale, { orderId }, ({ parts }) => signalTotals(parts));
  }
  return outcome.kind === "fault" ? new Error(outcome.reason) : new Refused(outcome);
}

/** The step that refused, or that failed after all retries. */
function endOfSteps(calls: readonly FormerCall[]): order.FormerOrder["undoing"] {
  for (const call of calls.toReversed()) {
    const step = order.orderStep.safeParse(call.activity).data;
    if (!step) continue;
    const refusal = order.refusal.safeParse(call.result).data;
    return { step, outcome: refusal ?? { kind: "fault", reason: failureMessage(call.reason) } };
  }
  return undefined;
}
