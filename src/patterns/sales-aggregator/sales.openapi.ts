import { z } from "zod";
import type { Descriptions } from "../../openapi/description.ts";
import { continuation, instant } from "../../openapi/schemas.ts";
import { money } from "../../values/money.ts";
import { sku } from "./sales.request.ts";

const amounts = z.object({ revenue: money, refunds: money });

const sales = amounts
  .extend({
    sku: z.string(),
    orders: z.int(),
    units: z.int(),
    updatedAt: instant.nullable().describe("Of the last sale or refund"),
    otherCurrencies: z.array(amounts).optional().describe("If the price has changed its currency"),
  })
  .meta({ id: "Sales" });

const tag = "Sales";

export const salesDescriptions: Descriptions = {
  listSales: {
    tag,
    summary: "What each product has brought in (aggregator)",
    answers: {
      200: { description: "A page of products", schema: z.object({ sales: z.array(sales), continuation }) },
    },
  },
  getSales: {
    tag,
    summary: "What one product has brought in",
    path: { sku },
    answers: { 200: { description: "Its totals", schema: sales } },
  },
};
