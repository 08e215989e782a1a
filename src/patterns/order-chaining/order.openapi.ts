import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, resource, resourceOf } from "../../openapi/schemas.ts";
import { money } from "../../values.ts";
import { orderProgress, orderRequest, orderResult } from "./order.contract.ts";

const order = resourceOf("Order", {
  kind: "order",
  progress: orderProgress,
  result: orderResult,
});

const catalog = z.object({
  products: z.array(
    z.object({ sku: z.string(), name: z.string(), price: money, inStock: z.int().describe("How many") }),
  ),
});

export const orderDescriptions: Descriptions = {
  getCatalog: {
    tag: "Orders",
    summary: "List the products that can be ordered",
    answers: { 200: { description: "The products", schema: catalog } },
  },
  placeOrder: {
    tag: "Orders",
    summary: "Place an order (function chaining, saga)",
    headers: idempotencyKey,
    body: orderRequest,
    sample: {
      customer: { name: "Sample Customer", email: "customer@example.com" },
      shipTo: {
        name: "Sample Customer",
        street: "Example Street 1",
        postalCode: "10115",
        city: "Berlin",
        country: "DE",
      },
      lines: [{ sku: "canvas-60x80", quantity: 2 }],
      payment: { token: "tok_ok" },
    },
    answers: { 202: accepted("The order was accepted") },
  },
  getOrder: {
    tag: "Orders",
    summary: "Get an order",
    answers: { 200: resource("The order", order) },
  },
};
