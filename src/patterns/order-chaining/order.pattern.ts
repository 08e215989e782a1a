import { definePattern } from "../pattern.ts";
import { createOrderActivities, type OrderServices } from "./order.activities.ts";
import { orderFulfilment } from "./order.contract.ts";
import { createOrderEndpoints, type OrderEndpointServices } from "./order.http.ts";
import { orderDescriptions } from "./order.openapi.ts";
import { orderOrchestrator } from "./order.orchestrator.ts";
import { createOrderQueue } from "./order.queue.ts";
import { nextOrderInput } from "./order.restart.ts";

export const orderChaining = definePattern<OrderServices & OrderEndpointServices>({
  name: "order-chaining",
  orchestrations: {
    root: orderFulfilment,
    orchestrators: [orderOrchestrator],
    stuckAfter: { hours: 1 },
    restartInput: nextOrderInput,
  },
  activities: createOrderActivities,
  endpoints: createOrderEndpoints,
  queues: (services) => [createOrderQueue(services)],
  descriptions: orderDescriptions,
});
