/** How an order starts again, after its host failed or it was terminated (docs/operations.md). */
import { failureMessage } from "../../durable/orchestration/failure.ts";
import { type FormerCall, formerCalls, type FormerRun } from "../../durable/task-hub/former-run.ts";
import { Refused, type UndoStack } from "../../durable/orchestration/undo-stack.ts";
import * as order from "./order.contract.ts";

/** What undoes each step that leaves something behind. */
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
 * An order that starts again keeps its prices, which may have changed since. One that was confirmed stands: were its
 * steps to run again, one that fails now would undo it. One that was being undone is undone to its end, and ends as it
 * would have: its steps would find the tombstones that the undos have left.
 */
export function nextOrderInput(run: FormerRun): order.OrderInput {
  const { former: earlier, ...request } = order.orderInput.parse(run.input);
  const calls = formerCalls(run);
  const priced = shape.priced.safeParse(resultOf(calls, order.priceOrder.name)).data ?? earlier?.priced;
  const confirmed = confirmedIn(calls, { ...earlier, ...(priced && { priced }) });
  const isUndoing = calls.some(({ activity }) => UNDOS.has(activity));
  const undoing = earlier?.undoing ?? (isUndoing ? endOfSteps(calls) : undefined);
  return {
    ...request,
    former: { ...(priced && { priced }), ...(confirmed && { confirmed }), ...(undoing && { undoing }) },
  };
}

/**
 * Ends the steps as they ended in the run before, in which the order was being undone: all undos run again, and are
 * harmless where they have run. Answers the error to throw.
 *
 * @param tellTotals is told of the withdrawal, as in the first run
 */
export function reasonToUndo(
  { step, outcome }: NonNullable<order.FormerOrder["undoing"]>,
  undo: UndoStack,
  orderId: string,
  tellTotals: (parts: readonly order.SalePart[]) => void,
): Error {
  const done = order.progressAt(step).completedSteps;
  // A step that refused did nothing.
  for (const name of outcome.kind === "fault" ? [...done, step] : done) {
    const undoOf = UNDO_OF[name];
    if (undoOf) undo.push(undoOf, { orderId });
    if (name === "confirmOrder") undo.push(order.withdrawSale, { orderId }, ({ parts }) => tellTotals(parts));
  }
  return outcome.kind === "fault" ? new Error(outcome.reason) : new Refused(outcome);
}

/**
 * The totals are told of the sale together with the call that sends the mail, and not again: they know a repeat for
 * some minutes, and an order may start again after days.
 */
function confirmedIn(calls: readonly FormerCall[], { priced, confirmed }: order.FormerOrder) {
  const result = confirmed ?? shape.confirmed.safeParse(outcomeOf(calls, priced)).data;
  const isTold = calls.some(({ activity }) => activity === order.sendConfirmation.name);
  return result && { ...result, sold: isTold ? [] : result.sold };
}

const outcomeOf = (calls: readonly FormerCall[], priced: order.FormerOrder["priced"]) => ({
  kind: "confirmed",
  total: priced?.total,
  paymentId: resultOf(calls, order.chargePayment.name)?.["paymentId"],
  trackingNumber: resultOf(calls, order.bookShipment.name)?.["trackingNumber"],
  sold: resultOf(calls, order.confirmOrder.name)?.["sold"],
});

/** The step that refused, or whose tries ran out. */
function endOfSteps(calls: readonly FormerCall[]): order.FormerOrder["undoing"] {
  for (const call of calls.toReversed()) {
    const step = order.orderStep.safeParse(call.activity).data;
    if (!step) continue;
    const refusal = order.refusal.safeParse(call.result).data;
    return { step, outcome: refusal ?? { kind: "fault", reason: failureMessage(call.reason) } };
  }
  return undefined;
}

const resultOf = (calls: readonly FormerCall[], name: string) =>
  calls.find(({ activity, kind }) => activity === name && kind === "completed")?.result as
    Readonly<Record<string, unknown>> | undefined;
