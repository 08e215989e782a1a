import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/contract.ts";
import type { Money } from "../../values/money.ts";
import { type OrderStatus, orderStep } from "./order.progress.ts";
import { type OrderRequest, orderRequest } from "./order.request.ts";

const money = z.strictObject({ value: z.int(), currency: z.string() });
/** A product's part of the sale, or of its withdrawal, as the totals of that product count it. */
const salePart = z.strictObject({
  kind: z.enum(["sold", "withdrawn"]),
  sku: z.string(),
  key: z.string(),
  quantity: z.int(),
  amount: money,
  at: z.string(),
});
export type SalePart = z.infer<typeof salePart>;

type Refusal<Kind extends string> = { kind: Kind; reason: string };
/** Effects carry the order's id: with the step's name it makes their idempotency key. */
type ForOrder = { orderId: string };
type Lines = Pick<OrderRequest, "lines">;
type PricedLine = Lines["lines"][number] & { amount: Money };
type Confirmed = { kind: "confirmed"; total: Money; paymentId: string; trackingNumber: string };
type Refused = Refusal<"unknownProduct" | "outOfStock" | "paymentDeclined" | "undeliverable">;
/** How the steps up to the point of no return ended, before anything is undone. */
export type OrderOutcome = (Confirmed & { sold: SalePart[] }) | Refused;
/** What is said of a refused order once it is undone. */
export type Undone = Refused & { undone: string[] };
/** What an order ends with; one that ends in a fault fails instead. */
export type OrderResult = Confirmed | Undone;

const refusalKind = z.enum(["unknownProduct", "outOfStock", "paymentDeclined", "undeliverable"]);
/** What an order that starts again keeps of its former run. */
export const formerOrder = z.strictObject({
  priced: z
    .strictObject({
      kind: z.literal("priced"),
      total: money,
      lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int(), amount: money })),
    })
    .optional(),
  /** It was past the point of no return. `sold`: of what the totals have not been told yet. */
  confirmed: z
    .strictObject({
      kind: z.literal("confirmed"),
      total: money,
      paymentId: z.string(),
      trackingNumber: z.string(),
      sold: z.array(salePart),
    })
    .optional(),
  /** It was being undone, after this step. */
  undoing: z
    .strictObject({
      step: orderStep,
      outcome: z.strictObject({ kind: z.union([refusalKind, z.literal("fault")]), reason: z.string() }),
    })
    .optional(),
});
export type FormerOrder = z.infer<typeof formerOrder>;
export const orderInput = orderRequest.extend({ former: formerOrder.optional() });
export type OrderInput = z.infer<typeof orderInput>;

export const orderFulfilment = defineOrchestration("orderFulfilment", {
  idPrefix: "order-",
  input: orderInput,
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
/** Records the sale: the last step that can be undone. */
export const confirmOrder = defineActivity("confirmOrder", {
  input: type<ForOrder & { country: string; lines: PricedLine[]; at: string }>(),
  output: type<{ sold: SalePart[] }>(),
});
/** After the point of no return. */
export const sendConfirmation = defineActivity("sendConfirmation", {
  input: type<ForOrder & Pick<OrderRequest, "customer"> & { total: Money; trackingNumber: string }>(),
  output: type<void>(),
});

const undoShapes = { input: type<ForOrder>(), output: type<void>() };
export const releaseStock = defineActivity("releaseStock", undoShapes);
export const refundPayment = defineActivity("refundPayment", undoShapes);
export const cancelShipment = defineActivity("cancelShipment", undoShapes);
/** Answers what the books hold of the order then: its sale and the withdrawal, or nothing. */
export const withdrawSale = defineActivity("withdrawSale", {
  input: type<ForOrder>(),
  output: type<{ parts: SalePart[] }>(),
});
