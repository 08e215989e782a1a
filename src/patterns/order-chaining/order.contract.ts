import { defineActivity, defineOrchestration, type } from "../../durable/contract.ts";
import type { OrderStatus } from "./order.progress.ts";
import { type OrderRequest, orderRequest } from "./order.request.ts";

type Money = { value: number; currency: string };
type Refusal<Kind extends string> = { kind: Kind; reason: string };
/** Effects carry the order's id: with the step's name it makes their idempotency key. */
type ForOrder = { orderId: string };
type Lines = Pick<OrderRequest, "lines">;
type PricedLine = Lines["lines"][number] & { amount: Money };
/** A product's part of the order, as the sales of that product count it. */
type Sold = { sku: string; key: string; quantity: number; amount: Money; at: string };

type Confirmed = { kind: "confirmed"; total: Money; paymentId: string; trackingNumber: string };
type Refused = Refusal<"unknownProduct" | "outOfStock" | "paymentDeclined" | "undeliverable">;
/** How the steps ended, before anything is undone. */
export type OrderOutcome = Confirmed | Refused | Refusal<"fault">;
/** What an order ends with; one that ends in a fault fails instead. */
export type OrderResult = Confirmed | (Refused & { undone: string[] });

export const orderFulfilment = defineOrchestration("orderFulfilment", {
  input: orderRequest,
  output: type<OrderResult>(),
  status: type<OrderStatus>(),
});

export const priceOrder = defineActivity("priceOrder", {
  input: type<Lines>(),
  output: type<{ kind: "priced"; total: Money; lines: PricedLine[] } | Refusal<"unknownProduct">>(),
});
export const reserveStock = defineActivity("reserveStock", {
  input: type<ForOrder & Lines>(),
  output: type<{ kind: "reserved" } | Refusal<"outOfStock">>(),
});
export const chargePayment = defineActivity("chargePayment", {
  input: type<ForOrder & { amount: Money; token: string }>(),
  output: type<{ kind: "charged"; paymentId: string } | Refusal<"paymentDeclined">>(),
});
export const bookShipment = defineActivity("bookShipment", {
  input: type<ForOrder & Pick<OrderRequest, "shipTo">>(),
  output: type<{ kind: "booked"; trackingNumber: string } | Refusal<"undeliverable">>(),
});
type Confirmation = {
  total: Money;
  trackingNumber: string;
  country: string;
  lines: PricedLine[];
  at: string;
};
export const confirmOrder = defineActivity("confirmOrder", {
  input: type<ForOrder & Pick<OrderRequest, "customer"> & Confirmation>(),
  output: type<{ sold: Sold[] }>(),
});

const undoShapes = { input: type<ForOrder>(), output: type<void>() };
export const releaseStock = defineActivity("releaseStock", undoShapes);
export const refundPayment = defineActivity("refundPayment", undoShapes);
export const cancelShipment = defineActivity("cancelShipment", undoShapes);
