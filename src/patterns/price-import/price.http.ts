import type { Endpoint } from "../../http/endpoint.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import { Problem, validate } from "../../http/problem.ts";
import { readJson } from "../../http/read-body.ts";
import type { Claims } from "../../storage/claims.ts";
import type { PriceListStore } from "../../services/price-lists/price-list-store.ts";
import { priceImport } from "./price.contract.ts";
import { importRequest, listPath } from "./price.request.ts";
import { importPath, importResource } from "./price.resource.ts";

export interface ImportEndpointServices {
  readonly claims: Claims;
  readonly priceLists: PriceListStore;
}

/** Have a price list imported, and see how far it is. */
export function createImportEndpoints(services: ImportEndpointServices): Endpoint[] {
  const { claims, priceLists } = services;
  return [
    {
      name: "importPriceList",
      method: "POST",
      route: "price-lists/{name}/import",
      async handle(request, call) {
        const { name } = validate(listPath, request.params, "path");
        const policy = await readJson(request, importRequest);
        const list = await priceLists.find(name);
        if (!list) throw new Problem("not-found", `There is no price list ${name}`);
        const content = { list: name, policy };
        const input = { ...content, etag: list.etag };
        const start = { orchestration: priceImport, content, input, path: importPath };
        return startOnce(request, call, claims, start);
      },
    },
    {
      name: "getImport",
      method: "GET",
      route: "imports/{id}",
      handle: async (request, call) =>
        importResource(call, await findStarted(request, call.orchestrations, priceImport)),
    },
  ];
}
