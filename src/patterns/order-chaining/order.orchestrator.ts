/**
 * Function chaining with compensation (saga): a step's result feeds the next; when one refuses or fails, what was
 * done before it is undone in reverse order. Until the point of no return; from there on the order stands.
 *
 *   priceOrder → reserveStock → chargePayment → bookShipment → confirmOrder ║→ sendConfirmation
 *                     ↓               ↓              ↓              ↓       ║
 *                releaseStock ← refundPayment ← cancelShipment ← withdrawSale
 *
 * The trap: a step that failed may have had its effect all the same. So its undo is pushed before it runs, and is
 * harmless if there is nothing to undo. A step that refuses did nothing: its undo is popped.
 */
import { orchestrator } from "../../durable/orchestrator.ts";
import type { Operation } from "../../durable/step.ts";
import { UndoStack } from "../../durable/undo-stack.ts";
import { productSales } from "../sales-aggregator/sales.contract.ts";
import { CONFIRMATION_RETRY, endAgain, keepOrUndo, STEP_RETRY } from "./order-undo.orchestrator.ts";
import * as order from "./order.contract.ts";
import { ALL_DONE, NOT_STARTED, progressAt } from "./order.progress.ts";

export const orderOrchestrator = orchestrator(order.orderFulfilment, function* (df, request) {
  const { customer, shipTo, lines, payment, former } = request;
  const orderId = df.instanceId;
  const undo = new UndoStack();
  let progress = NOT_STARTED;
  const report = (next: typeof progress) => df.setCustomStatus((progress = next));
  function tellTotals(parts: readonly order.SalePart[]) {
    for (const { sku, kind, ...part } of parts) df.signalEntity(productSales, sku, kind, part);
  }
  function* steps(): Operation<order.OrderOutcome> {
    // Only in an order that starts again after its host has failed or it was terminated: see order.restart.ts.
    if (former?.confirmed) return former.confirmed;
    if (former?.undoing) {
      report(progressAt(former.undoing.step));
      return endAgain(former.undoing, undo, { orderId, tellTotals });
    }
    report(progressAt("priceOrder"));
    const priced = former?.priced ?? (yield* df.callActivity(order.priceOrder, { lines }, STEP_RETRY));
    if (priced.kind !== "priced") return priced;

    report(progressAt("reserveStock"));
    undo.push(order.releaseStock, { orderId });
    const stock = yield* df.callActivity(order.reserveStock, { orderId, lines }, STEP_RETRY);
    if (stock.kind !== "reserved") return undo.pop(stock);

    report(progressAt("chargePayment"));
    undo.push(order.refundPayment, { orderId });
    const charge = { orderId, amount: priced.total, token: payment.token };
    const charged = yield* df.callActivity(order.chargePayment, charge, STEP_RETRY);
    if (charged.kind !== "charged") return undo.pop(charged);

    report(progressAt("bookShipment"));
    undo.push(order.cancelShipment, { orderId });
    const booked = yield* df.callActivity(order.bookShipment, { orderId, shipTo }, STEP_RETRY);
    if (booked.kind !== "booked") return undo.pop(booked);

    report(progressAt("confirmOrder"));
    // Totals that hear of the withdrawal hear of the sale as well: a refund of it may have come between the two.
    undo.push(order.withdrawSale, { orderId }, ({ parts }) => tellTotals(parts));
    const at = df.currentUtcDateTime.toISOString();
    const sale = { orderId, country: shipTo.country, lines: priced.lines, at };
    const { sold } = yield* df.callActivity(order.confirmOrder, sale, STEP_RETRY);
    const { paymentId } = charged;
    const { trackingNumber } = booked;
    return { kind: "confirmed", total: priced.total, paymentId, trackingNumber, sold };
  }

  const outcome = yield* keepOrUndo(df, steps(), undo, () => progress);
  if (outcome.kind !== "confirmed") return outcome;

  // ═══ The point of no return: the sale is recorded. Nothing below undoes anything. ═══
  const { sold, ...confirmed } = outcome;
  tellTotals(sold);
  report(progressAt("sendConfirmation"));
  try {
    const { total, trackingNumber } = confirmed;
    yield* df.callActivity(
      order.sendConfirmation,
      { orderId, customer, total, trackingNumber },
      CONFIRMATION_RETRY,
    );
    report(ALL_DONE);
  } catch {
    // After a day: the order is confirmed all the same, and the step that is missing shows in its progress.
    df.log.error("confirmationNotSent");
  }
  return confirmed;
});
