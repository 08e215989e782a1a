import type { Endpoint } from "../../http/endpoint.ts";
import { Problem } from "../../http/problem.ts";
import { validate } from "../../http/validate.ts";
import { SKU } from "../../services/price-lists/price-list-reader.ts";
import type { PriceListStore } from "../../services/price-lists/price-list-store.ts";
import type { Supplier } from "../../services/supplier.ts";
import { listBody, requireCsv } from "./price-list-upload.ts";
import { listPath } from "./price.request.ts";

/** Bring a price list, and see which price is in force. */
export function createPriceListEndpoints(services: {
  lists: PriceListStore;
  supplier: Supplier;
}): Endpoint[] {
  const { lists, supplier } = services;
  return [
    {
      name: "putPriceList",
      method: "PUT",
      route: "price-lists/{name}",
      async handle(request) {
        const { name } = validate(listPath, request.params, "path");
        requireCsv(request);
        const put = await lists.put(name, listBody(request));
        if (put.kind === "disturbed") throw new Problem("conflict", "Somebody sent this list meanwhile");
        return {
          status: put.kind === "created" ? 201 : 200,
          headers: { etag: put.etag },
          jsonBody: { name },
        };
      },
    },
    {
      name: "getPrice",
      method: "GET",
      route: "prices/{sku}",
      async handle(request) {
        const { sku = "" } = request.params;
        const inForce = SKU.test(sku) ? await supplier.price(sku) : undefined;
        if (!inForce) throw new Problem("not-found", "No price is in force for this sku");
        const { price, importId, begunAt } = inForce;
        return { jsonBody: { sku, price, importId, since: begunAt } };
      },
    },
  ];
}
