import { failureMessage } from "../../durable/failure.ts";
import { type FormerCall, formerCalls, type FormerRun } from "../../durable/former-run.ts";
import { formerOrder, type FormerOrder, orderInput, type OrderInput, priceOrder } from "./order.contract.ts";
import { isOrderStep } from "./order.progress.ts";
import { UNDO_OF } from "./order-undo.orchestrator.ts";

const UNDOS: ReadonlySet<string> = new Set(Object.values(UNDO_OF).map(({ name }) => name));

/**
 * An order that starts again keeps its prices, which may have changed since. One that was being undone is undone to its
 * end, and ends as it would have: its steps would find the tombstones that the undos have left.
 */
export function nextOrderInput(run: FormerRun): OrderInput {
  const { former: earlier, ...request } = orderInput.parse(run.input);
  const calls = formerCalls(run);
  const pricing = calls.find(({ activity, kind }) => activity === priceOrder.name && kind === "completed");
  const priced = formerOrder.shape.priced.safeParse(pricing?.result).data ?? earlier?.priced;
  const isUndoing = calls.some(({ activity }) => UNDOS.has(activity));
  const undoing = earlier?.undoing ?? (isUndoing ? endOfSteps(calls) : undefined);
  return { ...request, former: { ...(priced && { priced }), ...(undoing && { undoing }) } };
}

/** The step that refused, or whose tries ran out. */
function endOfSteps(calls: readonly FormerCall[]): FormerOrder["undoing"] {
  const last = calls.findLast(({ activity }) => isOrderStep(activity));
  if (!last || !isOrderStep(last.activity)) return undefined;
  const refusal = formerOrder.shape.undoing.unwrap().shape.outcome.safeParse(last.result).data;
  return {
    step: last.activity,
    outcome: refusal ?? { kind: "fault", reason: failureMessage(last.reason) },
  };
}
