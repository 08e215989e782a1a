import { z } from "zod";
import type { Descriptions } from "../../openapi/description.ts";
import { continuation } from "../../openapi/schemas.ts";
import { salesPath, salesView } from "./sales.contract.ts";

const sales = salesView.meta({ id: "Sales" });

const tag = "Sales";

export const salesDescriptions: Descriptions = {
  listSales: {
    tag,
    summary: "List the sales totals of all products (aggregator)",
    answers: {
      200: { description: "A page of products", schema: z.object({ sales: z.array(sales), continuation }) },
    },
  },
  getSales: {
    tag,
    summary: "Get the sales totals of a product",
    path: salesPath.shape,
    answers: { 200: { description: "The totals", schema: sales } },
  },
};
