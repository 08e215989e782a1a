/** All messages of this pattern: the request, the steps, the status and the result. */
import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { money, plainText, sku } from "../../values.ts";

const matching = (pattern: RegExp, message: string) => z.string().regex(pattern, message);

const orderLine = z.strictObject({
  sku,
  quantity: z.int().min(1).max(100),
});

/** What a customer sends to place an order. */
export const orderRequest = z.strictObject({
  customer: z.strictObject({ name: plainText(100), email: z.email().max(254) }),
  shipTo: z.strictObject({
    name: plainText(100),
    street: plainText(200),
    postalCode: matching(
      /^[A-Za-z0-9][A-Za-z0-9 -]{1,9}$/,
      "Must be 2 to 10 letters, digits, spaces, dashes",
    ),
    city: plainText(100),
    country: matching(/^[A-Z]{2}$/, "Must be an ISO 3166 alpha-2 code in upper case"),
  }),
  lines: z.array(orderLine).min(1).max(50),
  payment: z.strictObject({
    /** A well-formed token that the card processor does not know is declined, like a wrong card number. */
    token: matching(/^tok_[a-z0-9_]{1,40}$/, "Must be tok_ and 1 to 40 of a-z, 0-9 and _"),
  }),
});
export type OrderRequest = z.infer<typeof orderRequest>;

/** In the order in which they run. */
export const STEPS = [
  "priceOrder",
  "reserveStock",
  "chargePayment",
  "bookShipment",
  "confirmOrder",
  "sendConfirmation",
] as const;
export const orderStep = z.enum(STEPS);
export type OrderStep = z.infer<typeof orderStep>;

export const orderProgress = z.object({
  step: orderStep.describe("The current step, or the last one that was started"),
  completedSteps: z
    .array(orderStep)
    .describe("Without sendConfirmation in a confirmed order that has ended: its mail could not be sent"),
});
/** The steps run one after another: those before this one are completed. */
export const progressAt = (step: OrderStep): OrderProgress => ({
  step,
  completedSteps: STEPS.slice(0, STEPS.indexOf(step)),
});
export const ALL_DONE: OrderProgress = { step: "sendConfirmation", completedSteps: [...STEPS] };
export type OrderProgress = z.infer<typeof orderProgress>;
/** Custom status of an order. */
export type OrderStatus = OrderProgress & { error?: { type: string; message: string } };

const confirmed = z.object({
  kind: z.literal("confirmed"),
  total: money,
  paymentId: z.string(),
  trackingNumber: z.string(),
});
export const refusal = z.object({
  kind: z.enum(["unknownProduct", "outOfStock", "paymentDeclined", "undeliverable"]),
  reason: z.string(),
});
const fault = z.object({ kind: z.literal("fault"), reason: z.string() });
const undone = refusal.extend({
  undone: z.array(z.string()).describe("The undo steps in the order in which they ran"),
});
export type Undone = z.infer<typeof undone>;
/** The result of an order; an order with a fault fails instead. */
export const orderResult = z.discriminatedUnion("kind", [confirmed, undone]);
export type Refusal = z.infer<typeof refusal>;
export type OrderResult = z.infer<typeof orderResult>;

/** A product's part of the sale or of its withdrawal, for the totals of that product. */
const salePart = z.object({
  kind: z.enum(["sold", "withdrawn"]),
  sku: z.string(),
  key: z.string(),
  quantity: z.int(),
  amount: money,
  at: z.string(),
});
export type SalePart = z.infer<typeof salePart>;

const pricedLine = z.object({ sku: z.string(), quantity: z.int(), amount: money });
const priced = z.object({ kind: z.literal("priced"), total: money, lines: z.array(pricedLine) });
const reserved = z.object({ kind: z.literal("reserved") });
const charged = z.object({ kind: z.literal("charged"), paymentId: z.string() });
const booked = z.object({ kind: z.literal("booked"), trackingNumber: z.string() });
const recorded = z.object({ sold: z.array(salePart) });

/** What a restarted order keeps from its former runs, mainly the results of its steps: see order.restart.ts. */
export const formerOrder = z.object({
  priced: priced.optional(),
  reserved: reserved.optional(),
  charged: charged.optional(),
  booked: booked.optional(),
  /** It was past the point of no return. `sold`: the parts that the totals do not contain yet. */
  recorded: recorded.optional(),
  /** It was being undone because of this step. */
  undoing: z.object({ step: orderStep, outcome: z.union([refusal, fault]) }).optional(),
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

/** The order's id and the step's name form the idempotency key of an effect. */
type ForOrder = { orderId: string };
type Lines = Pick<OrderRequest, "lines">;

export const priceOrder = defineActivity("priceOrder", {
  input: type<Lines>(),
  output: type<z.infer<typeof priced> | RefusalOf<"unknownProduct">>(),
});
export const reserveStock = defineActivity("reserveStock", {
  input: type<ForOrder & Lines>(),
  output: type<z.infer<typeof reserved> | RefusalOf<"outOfStock">>(),
});
export const chargePayment = defineActivity("chargePayment", {
  input: type<ForOrder & { amount: z.infer<typeof money>; token: string }>(),
  output: type<z.infer<typeof charged> | RefusalOf<"paymentDeclined">>(),
});
export const bookShipment = defineActivity("bookShipment", {
  input: type<ForOrder & Pick<OrderRequest, "shipTo">>(),
  output: type<z.infer<typeof booked> | RefusalOf<"undeliverable">>(),
});
/** Records the sale: the last step that can be undone. */
export const confirmOrder = defineActivity("confirmOrder", {
  input: type<ForOrder & { country: string; lines: z.infer<typeof pricedLine>[]; at: string }>(),
  output: type<z.infer<typeof recorded>>(),
});
/** After the point of no return. */
export const sendConfirmation = defineActivity("sendConfirmation", {
  input: type<
    ForOrder & Pick<OrderRequest, "customer"> & { total: z.infer<typeof money>; trackingNumber: string }
  >(),
  output: type<void>(),
});
type RefusalOf<Kind extends Refusal["kind"]> = { kind: Kind; reason: string };

const undoShapes = { input: type<ForOrder>(), output: type<void>() };
export const releaseStock = defineActivity("releaseStock", undoShapes);
export const refundPayment = defineActivity("refundPayment", undoShapes);
export const cancelShipment = defineActivity("cancelShipment", undoShapes);
/** Returns the journal's facts about the order: its sale and the withdrawal, or nothing. */
export const withdrawSale = defineActivity("withdrawSale", {
  input: type<ForOrder>(),
  output: type<{ parts: SalePart[] }>(),
});
