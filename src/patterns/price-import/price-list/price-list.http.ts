import type { Endpoint } from "../../../http/endpoint.ts";
import { storedResponse } from "../../../http/file-response.ts";
import { conditionOf, validate } from "../../../http/read-request.ts";
import { Problem } from "../../../http/problem.ts";
import { SKU } from "../../../services/price-lists/price-list-reader.ts";
import type { Services } from "../../../services/services.ts";
import { listPath } from "../price.contract.ts";
import { listBody, requireCsv } from "./price-list-upload.ts";

/** Upload a price list, and get the price in force. */
export function createPriceListEndpoints({ priceLists, supplier }: Services): Endpoint[] {
  return [
    {
      name: "putPriceList",
      method: "PUT",
      route: "price-lists/{name}",
      isConditional: true,
      async handle(request) {
        const { name } = validate(listPath, request.params, "path");
        requireCsv(request);
        const put = await priceLists.put(name, listBody(request), conditionOf(request));
        return storedResponse(put, "list", { name });
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
