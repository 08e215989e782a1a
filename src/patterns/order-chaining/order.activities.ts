import { type Activity, activity } from "../../durable/orchestration/functions.ts";
import type { SalesFact } from "../../services/sales-journal.ts";
import type { Services } from "../../services/services.ts";
import { formatMoney, type Money, sum } from "../../values.ts";
import * as contract from "./order.contract.ts";

/** A step and its undo share the key, so that the undo finds the effect of the step, or prevents a late effect. */
const keyOf = (orderId: string, step: { readonly name: string }) => `${orderId}-${step.name}`;
const payment = (orderId: string) => ({ orderId, idempotencyKey: keyOf(orderId, contract.chargePayment) });
const shipment = (orderId: string) => ({ orderId, idempotencyKey: keyOf(orderId, contract.bookShipment) });

/** The steps of an order and their undos. */
export function createOrderActivities(services: Services): Activity[] {
  const { catalog, warehouse, payments, carrier, mail, journal } = services;
  return [
    activity(contract.priceOrder, async ({ lines }) => {
      const products = await catalog.find(lines.map(({ sku }) => sku));
      const priced: { sku: string; quantity: number; amount: Money }[] = [];
      for (const { sku, quantity } of lines) {
        const price = products.get(sku)?.price;
        if (!price) return { kind: "unknownProduct", reason: `The shop does not sell ${sku}` };
        priced.push({ sku, quantity, amount: { ...price, value: price.value * quantity } });
      }
      return { kind: "priced", total: sum(priced.map(({ amount }) => amount)), lines: priced };
    }),

    activity(contract.reserveStock, ({ orderId, lines }) => warehouse.reserve(orderId, lines)),
    activity(contract.releaseStock, ({ orderId }) => warehouse.release(orderId)),

    activity(contract.chargePayment, async ({ orderId, amount, token }) => {
      const charge = await payments.charge({ ...payment(orderId), amount, token });
      return charge.kind === "charged" ? charge : { kind: "paymentDeclined", reason: charge.reason };
    }),
    activity(contract.refundPayment, ({ orderId }) => payments.refund(payment(orderId))),

    activity(contract.bookShipment, ({ orderId, shipTo }) => carrier.book({ ...shipment(orderId), shipTo })),
    activity(contract.cancelShipment, ({ orderId }) => carrier.cancel(shipment(orderId))),

    activity(contract.confirmOrder, async (sale) => ({ sold: toParts(await journal.recordSale(sale)) })),
    activity(contract.withdrawSale, async ({ orderId }) => ({
      parts: toParts(await journal.withdrawSale({ orderId, at: new Date().toISOString() })),
    })),

    activity(contract.sendConfirmation, ({ orderId, customer, total, trackingNumber }) =>
      mail.send({
        messageId: keyOf(orderId, contract.sendConfirmation),
        to: customer.email,
        subject: `Your order ${orderId}`,
        text: `Hello ${customer.name}, we charged ${formatMoney(total)}. Your parcel: ${trackingNumber}.`,
      }),
    ),
  ];
}

const toParts = (facts: readonly SalesFact[]) =>
  facts.map(({ kind: fact, sku, key, quantity, amount, at }) => {
    const kind = fact === "sale" ? "sold" : "withdrawn";
    return { kind, sku, key, quantity, amount, at } as const;
  });
