import type { Endpoint } from "../../http/endpoint.ts";
import { resourceResponse } from "../../http/resource.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import { readJson } from "../../http/read-body.ts";
import type { Services } from "../../services/services.ts";
import { orderFulfilment, orderRequest, type OrderStatus, progressAt } from "./order.contract.ts";

const path = (id: string) => `/api/orders/${id}`;

/** Place an order, get an order, and list what can be ordered. */
export function createOrderEndpoints({ claims, catalog }: Services): Endpoint[] {
  return [
    {
      name: "placeOrder",
      method: "POST",
      route: "orders",
      async handle(request, call) {
        const input = await readJson(request, orderRequest);
        const start = { orchestration: orderFulfilment, content: input, input, path };
        return startOnce(request, call, claims, start);
      },
    },
    {
      name: "getOrder",
      method: "GET",
      route: "orders/{id}",
      async handle(request, { orchestrations, url }) {
        const order = await findStarted(request, orchestrations, orderFulfilment);
        const { error, ...progress }: OrderStatus = order.status ?? progressAt("priceOrder");
        const links = { self: url(path(order.instanceId)) };
        return resourceResponse(order, { kind: "order", progress, result: order.output, error, links });
      },
    },
    {
      name: "getCatalog",
      method: "GET",
      route: "catalog",
      handle: async () => ({ jsonBody: { products: await catalog.products() } }),
    },
  ];
}
