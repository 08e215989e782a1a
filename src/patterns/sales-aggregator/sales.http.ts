import { z } from "zod";
import type { Endpoint } from "../../http/endpoint.ts";
import { Problem } from "../../http/problem.ts";
import { readQuery, validate } from "../../http/read-request.ts";
import { continuationToken, pageOrProblem, toContinuation } from "../../http/continuation.ts";
import type { Services } from "../../services/services.ts";
import { productSales, salesPath } from "./sales.contract.ts";
import { NO_SALES } from "./sales.entity.ts";
import { toSalesView } from "./sales.view.ts";

const salesQuery = z.strictObject({ continuation: continuationToken });
const PAGE_SIZE = 50;

/** Get the sales totals of products. */
export function createSalesEndpoints({ catalog }: Services): Endpoint[] {
  return [
    {
      name: "listSales",
      method: "GET",
      route: "sales",
      query: salesQuery,
      async handle(request, { taskHub }) {
        const { continuation } = readQuery(request, salesQuery);
        const page = await pageOrProblem(taskHub.entities(productSales, { continuation, top: PAGE_SIZE }));
        const sales = page.items.map(({ key, state }) => toSalesView(key, state));
        return { jsonBody: { sales, continuation: toContinuation(page.continuation) } };
      },
    },
    {
      name: "getSales",
      method: "GET",
      route: "sales/{sku}",
      async handle(request, { orchestrations }) {
        const { sku } = validate(salesPath, request.params, "path");
        const sales = await orchestrations.readEntity(productSales, sku);
        if (sales) return { jsonBody: toSalesView(sku, sales) };
        const product = (await catalog.find([sku])).get(sku);
        if (!product) throw new Problem("not-found", `The shop has never sold ${sku}`);
        return { jsonBody: toSalesView(sku, NO_SALES, product.price.currency) };
      },
    },
  ];
}
