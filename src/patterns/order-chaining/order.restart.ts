import { failureMessage } from "../../durable/failure.ts";
import { type FormerCall, formerCalls, type FormerRun } from "../../durable/former-run.ts";
import * as order from "./order.contract.ts";
import { isOrderStep } from "./order.progress.ts";
import { UNDO_OF } from "./order-undo.orchestrator.ts";

const UNDOS: ReadonlySet<string> = new Set(Object.values(UNDO_OF).map(({ name }) => name));
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
  const last = calls.findLast(({ activity }) => isOrderStep(activity));
  if (!last || !isOrderStep(last.activity)) return undefined;
  const refusal = shape.undoing.unwrap().shape.outcome.safeParse(last.result).data;
  return {
    step: last.activity,
    outcome: refusal ?? { kind: "fault", reason: failureMessage(last.reason) },
  };
}

const resultOf = (calls: readonly FormerCall[], name: string) =>
  calls.find(({ activity, kind }) => activity === name && kind === "completed")?.result as
    Readonly<Record<string, unknown>> | undefined;
