import type { Pattern } from "../pattern.ts";
import { createOrderActivities } from "./order.activities.ts";
import { orderFulfilment } from "./order.contract.ts";
import { createOrderEndpoints } from "./order.http.ts";
import { orderDescriptions } from "./order.openapi.ts";
import { orderOrchestrator } from "./order.orchestrator.ts";
import { createOrderQueue } from "./order.queue.ts";
import { nextOrderInput } from "./order.restart.ts";

export const orderChaining: Pattern = {
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
};
