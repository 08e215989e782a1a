/**
 * Function chaining with compensation (saga): each step uses the result of the one before. If a step refuses or fails,
 * the earlier steps are undone in reverse order. After the point of no return, nothing is undone.
 *
 *   priceOrder → reserveStock → chargePayment → bookShipment → confirmOrder ║→ sendConfirmation
 *                     ↓               ↓              ↓              ↓       ║
 *                releaseStock ← refundPayment ← cancelShipment ← withdrawSale
 *
 * The trap: a step that failed may still have had its effect. So its undo is pushed before it runs, and is harmless if
 * there is nothing to undo. A step that refuses did nothing: its undo is removed.
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
/** An undo is retried for an hour, because it concerns money and stock. */
const UNDO_RETRY: RetryPolicy = { ...STEP_RETRY, maxAttempts: 20, maxInterval: { minutes: 5 } };
/** A confirmed order is not undone because of its mail: the mail is retried for a day, finally every half hour. */
const MAIL_RETRY: RetryPolicy = { ...STEP_RETRY, maxAttempts: 59, maxInterval: { minutes: 30 } };

export const orderOrchestrator = orchestrator(order.orderFulfilment, function* (df, request) {
  const { customer, shipTo, lines, payment, former = {} } = request;
  const orderId = df.instanceId;
  const undo = new UndoStack();
  const { begin, endUndone, signalTotals } = reporter(df);

  let confirmed: Extract<order.OrderResult, { kind: "confirmed" }>;
  let sold: readonly order.SalePart[];
  // `former` is empty, except in an order that was restarted (order.restart.ts) after its host failed or it was
  // terminated: then it has the results of the completed steps, which do not run again. If one failed now, the effects
  // of later steps would remain.
  try {
    if (former.undoing) {
      begin(former.undoing.step);
      throw reasonToUndo(former.undoing, undo, orderId, signalTotals);
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
    undo.push(order.withdrawSale, { orderId }, ({ parts }) => signalTotals(parts));
    const at = df.currentUtcDateTime.toISOString();
    const sale = { orderId, country: shipTo.country, lines: priced.lines, at };
    const recorded = former.recorded ?? (yield* df.callActivity(order.confirmOrder, sale, STEP_RETRY));
    sold = recorded.sold;
    const { paymentId } = charged;
    const { trackingNumber } = booked;
    confirmed = { kind: "confirmed", total: priced.total, paymentId, trackingNumber };
  } catch (error) {
    return endUndone(error, yield* undo.run(df, UNDO_RETRY));
  }

  // ═══ The point of no return: the sale is recorded. Nothing below undoes anything. ═══
  signalTotals(sold);
  begin("sendConfirmation");
  const { total, trackingNumber } = confirmed;
  const mail = { orderId, customer, total, trackingNumber };
  const sent = yield* settled(df.callActivity(order.sendConfirmation, mail, MAIL_RETRY));
  // After a day without success the order is still confirmed; its progress shows that this step is missing.
  if (sent.kind === "failed") df.log.error("confirmationNotSent");
  else df.setCustomStatus(order.ALL_DONE);
  return confirmed;
});

/** Reports the order's progress to callers, and the sold parts to the totals of each product. */
function reporter(df: DurableContext<order.OrderInput, order.OrderStatus>) {
  let step: order.OrderStep = "priceOrder";
  const begin = (next: order.OrderStep) => {
    step = next;
    df.setCustomStatus(order.progressAt(next));
  };
  /** A refusal is a result. A fault, or an undo that failed, is a failure of the system. */
  const endUndone = (error: unknown, report: UndoReport): order.Undone => {
    const isRefused = error instanceof Refused;
    if (isRefused && report.failed.length === 0) {
      return { ...(error.refusal as order.Refusal), undone: report.undone };
    }
    // Callers see the step and its undos, but not the message of an internal error.
    const undoing = undoSummary(report);
    const shown = isRefused
      ? { type: "undoFailed", message: `${step} refused (${error.refusal.kind}); ${undoing}` }
      : { type: FAULTS[step] ?? "internal", message: `${step} did not succeed; ${undoing}` };
    df.setCustomStatus({ ...order.progressAt(step), error: shown });
    throw new Error(`${shown.message}. ${failureMessage(error)}`, { cause: error });
  };
  const signalTotals = (parts: readonly order.SalePart[]) => {
    for (const { sku, kind, ...part } of parts) df.signalEntity(productSales, sku, kind, part);
  };
  return { begin, endUndone, signalTotals };
}

/** Error type of an order whose step failed after all retries. */
const FAULTS: Readonly<Partial<Record<order.OrderStep, string>>> = {
  priceOrder: "catalogUnavailable",
  reserveStock: "warehouseUnavailable",
  chargePayment: "paymentUnavailable",
  bookShipment: "carrierUnavailable",
  confirmOrder: "journalUnavailable",
};
