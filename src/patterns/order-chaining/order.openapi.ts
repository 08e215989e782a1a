import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, money, resource, resourceOf } from "../../openapi/schemas.ts";
import { orderRequest } from "./order.request.ts";

const step = z.enum([
  "priceOrder",
  "reserveStock",
  "chargePayment",
  "bookShipment",
  "confirmOrder",
  "sendConfirmation",
]);

const result = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("confirmed"),
    total: money,
    paymentId: z.string(),
    trackingNumber: z.string(),
  }),
  z.object({
    kind: z.enum(["unknownProduct", "outOfStock", "paymentDeclined", "undeliverable"]),
    reason: z.string(),
    undone: z.array(z.string()).describe("The undo steps in the order in which they ran"),
  }),
]);

const order = resourceOf("Order", {
  kind: "order",
  progress: z.object({
    step,
    completedSteps: z
      .array(step)
      .describe(
        "A confirmed order that has ended without sendConfirmation among them is one whose mail could not be sent",
      ),
  }),
  result,
});

const catalog = z.object({
  products: z.array(
    z.object({ sku: z.string(), name: z.string(), price: money, inStock: z.int().describe("How many") }),
  ),
});

export const orderDescriptions: Descriptions = {
  getCatalog: {
    tag: "Orders",
    summary: "What can be ordered",
    answers: { 200: { description: "The products", schema: catalog } },
  },
  placeOrder: {
    tag: "Orders",
    summary: "Place an order (function chaining, saga)",
    headers: idempotencyKey,
    body: orderRequest,
    answers: { 202: accepted("The order is being carried out") },
  },
  getOrder: {
    tag: "Orders",
    summary: "See how an order goes",
    answers: { 200: resource("The order", order) },
  },
};
