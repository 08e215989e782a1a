/**
 * Function chaining with compensation (saga): a step's result feeds the next; when one refuses or fails, what was
 * done before it is undone in reverse order.
 *
 *   priceOrder → reserveStock → chargePayment → bookShipment → confirmOrder
 *                     ↓               ↓              ↓
 *                releaseStock ← refundPayment ← cancelShipment
 *
 * The trap: a step that failed may have had its effect all the same. So its undo is pushed before it runs, and is
 * harmless if there is nothing to undo. A step that refuses did nothing: its undo is popped. What cannot be undone,
 * the mail of `confirmOrder`, comes last.
 */
import { orchestrator } from "../../durable/orchestrator.ts";
import type { Operation } from "../../durable/step.ts";
import { UndoStack } from "../../durable/undo-stack.ts";
import { productSales } from "../sales-aggregator/sales.contract.ts";
import { keepOrUndo, STEP_RETRY } from "./order-undo.orchestrator.ts";
import * as order from "./order.contract.ts";
import { CONFIRMED, NOT_STARTED, progressAt } from "./order.progress.ts";

export const orderOrchestrator = orchestrator(order.orderFulfilment, function* (df, request) {
  const { customer, shipTo, lines, payment } = request;
  const orderId = df.instanceId;
  const undo = new UndoStack();
  let progress = NOT_STARTED;
  const report = (next: typeof progress) => df.setCustomStatus((progress = next));
  function* steps(): Operation<order.OrderOutcome> {
    report(progressAt("priceOrder"));
    const priced = yield* df.callActivity(order.priceOrder, { lines }, STEP_RETRY);
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
    const bill = { total: priced.total, trackingNumber: booked.trackingNumber };
    const sale = { country: shipTo.country, lines: priced.lines, at: df.currentUtcDateTime.toISOString() };
    const confirmation = { orderId, customer, ...bill, ...sale };
    const { sold } = yield* df.callActivity(order.confirmOrder, confirmation, STEP_RETRY);
    for (const { sku, ...part } of sold) df.signalEntity(productSales, sku, "sold", part);
    report(CONFIRMED);
    return { kind: "confirmed", ...bill, paymentId: charged.paymentId };
  }
  return yield* keepOrUndo(df, steps(), undo, () => progress);
});
