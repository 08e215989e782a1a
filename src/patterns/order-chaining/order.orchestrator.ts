/**
 * Function chaining with compensation (saga): a step's result feeds the next; when one refuses or fails, what was
 * done before it is undone in reverse order. Until the point of no return; from there on the order stands.
 *
 *   priceOrder → reserveStock → chargePayment → bookShipment → confirmOrder ║→ sendConfirmation
 *                     ↓               ↓              ↓              ↓       ║
 *                releaseStock ← refundPayment ← cancelShipment ← withdrawSale
 *
 * The trap: a step that failed may have had its effect all the same. So its undo is pushed before it runs, and is
 * harmless if there is nothing to undo. A step that refuses did nothing: its undo is dropped.
 */
import { settled } from "../../durable/orchestration/step.ts";
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import { failureMessage } from "../../durable/orchestration/failure.ts";
import { orchestrator } from "../../durable/orchestration/functions.ts";
import type { RetryPolicy } from "../../durable/orchestration/duration.ts";
import { Refused, type UndoReport, undoSummary, UndoStack } from "../../durable/orchestration/undo-stack.ts";
import { productSales } from "../sales-aggregator/sales.contract.ts";
import * as order from "./order.contract.ts";
import { reasonToUndo } from "./order.restart.ts";

const STEP_RETRY: RetryPolicy = { maxAttempts: 4, firstInterval: { seconds: 1 }, backoffCoefficient: 2 };
/** Money and stock are at stake: an undo is tried for an hour. */
const UNDO_RETRY: RetryPolicy = { ...STEP_RETRY, maxAttempts: 20, maxInterval: { minutes: 5 } };
/** Nothing undoes a confirmed order because of its mail: it is tried for a day, in the end every half-hour. */
const MAIL_RETRY: RetryPolicy = { ...STEP_RETRY, maxAttempts: 59, maxInterval: { minutes: 30 } };

export const orderOrchestrator = orchestrator(order.orderFulfilment, function* (df, request) {
  const { customer, shipTo, lines, payment, former = {} } = request;
  const orderId = df.instanceId;
  const undo = new UndoStack();
  const { begin, endUndone, tellTotals } = reporter(df);

  let confirmed: Extract<order.OrderResult, { kind: "confirmed" }>;
  let sold: readonly order.SalePart[];
  // Only an order that starts again, after its host failed or it was terminated, has a `former` run. What answered then
  // does not run again: if it failed now, what later steps have done would stay.
  try {
    if (former.undoing) {
      begin(former.undoing.step);
      throw reasonToUndo(former.undoing, undo, orderId, tellTotals);
    }
    begin("priceOrder");
    const priced = former.priced ?? (yield* df.callActivity(order.priceOrder, { lines }, STEP_RETRY));
    if (priced.kind !== "priced") throw new Refused(priced);

    begin("reserveStock");
    undo.push(order.releaseStock, { orderId });
    const stock =
      former.reserved ?? (yield* df.callActivity(order.reserveStock, { orderId, lines }, STEP_RETRY));
    if (stock.kind !== "reserved") throw undo.refused(stock);

    begin("chargePayment");
    undo.push(order.refundPayment, { orderId });
    const charge = { orderId, amount: priced.total, token: payment.token };
    const charged = former.charged ?? (yield* df.callActivity(order.chargePayment, charge, STEP_RETRY));
    if (charged.kind !== "charged") throw undo.refused(charged);

    begin("bookShipment");
    undo.push(order.cancelShipment, { orderId });
    const booked =
      former.booked ?? (yield* df.callActivity(order.bookShipment, { orderId, shipTo }, STEP_RETRY));
    if (booked.kind !== "booked") throw undo.refused(booked);

    begin("confirmOrder");
    undo.push(order.withdrawSale, { orderId }, ({ parts }) => tellTotals(parts));
    const at = df.currentUtcDateTime.toISOString();
    const sale = { orderId, country: shipTo.country, lines: priced.lines, at };
    ({ sold } = former.recorded ?? (yield* df.callActivity(order.confirmOrder, sale, STEP_RETRY)));
    const { paymentId } = charged;
    const { trackingNumber } = booked;
    confirmed = { kind: "confirmed", total: priced.total, paymentId, trackingNumber };
  } catch (error) {
    return endUndone(error, yield* undo.run(df, UNDO_RETRY));
  }

  // ═══ The point of no return: the sale is recorded. Nothing below undoes anything. ═══
  tellTotals(sold);
  begin("sendConfirmation");
  const { total, trackingNumber } = confirmed;
  const mail = { orderId, customer, total, trackingNumber };
  const sent = yield* settled(df.callActivity(order.sendConfirmation, mail, MAIL_RETRY));
  // After a day without success the order is confirmed all the same: its progress shows that the step is missing.
  if (sent.kind === "failed") df.log.error("confirmationNotSent");
  else df.setCustomStatus(order.ALL_DONE);
  return confirmed;
});

/** Tells callers how far the order is, and the totals of each product what was sold of it. */
function reporter(df: DurableContext<order.OrderInput, order.OrderStatus>) {
  let step: order.OrderStep = "priceOrder";
  const begin = (next: order.OrderStep) => {
    step = next;
    df.setCustomStatus(order.progressAt(next));
  };
  /** A refusal is a result all the same. A fault, or an undo that failed, is a failure of the system. */
  const endUndone = (error: unknown, report: UndoReport): order.Undone => {
    const isRefused = error instanceof Refused;
    if (isRefused && report.failed.length === 0) {
      return { ...(error.refusal as order.Refusal), undone: report.undone };
    }
    // Callers see the step and its undos, never an error's own text.
    const undoing = undoSummary(report);
    const shown = isRefused
      ? { type: "undoFailed", message: `${step} refused (${error.refusal.kind}); ${undoing}` }
      : { type: FAULTS[step] ?? "internal", message: `${step} did not succeed; ${undoing}` };
    df.setCustomStatus({ ...order.progressAt(step), error: shown });
    throw new Error(`${shown.message}. ${failureMessage(error)}`, { cause: error });
  };
  const tellTotals = (parts: readonly order.SalePart[]) => {
    for (const { sku, kind, ...part } of parts) df.signalEntity(productSales, sku, kind, part);
  };
  return { begin, endUndone, tellTotals };
}

/** Type of the error of an order whose step has used up its retries. */
const FAULTS: Readonly<Partial<Record<order.OrderStep, string>>> = {
  priceOrder: "catalogUnavailable",
  reserveStock: "warehouseUnavailable",
  chargePayment: "paymentUnavailable",
  bookShipment: "carrierUnavailable",
  confirmOrder: "journalUnavailable",
};
