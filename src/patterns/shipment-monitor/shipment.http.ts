import { isFinal } from "../../durable/client/orchestration-client.ts";
import type { Endpoint } from "../../http/endpoint.ts";
import { conditionOf } from "../../http/read-request.ts";
import { statusWord } from "../../http/resource-status.ts";
import type { Services } from "../../services/services.ts";
import { accepted, findWatch, watchResource } from "./shipment.view.ts";
import { startWatch } from "./watch/start.ts";
import { stopWatch } from "./watch/stop.ts";

/** Watch a parcel, get its watch, and stop the watch. */
export function createShipmentEndpoints(services: Services): Endpoint[] {
  return [
    {
      name: "watchShipment",
      method: "POST",
      route: "shipments/{trackingNumber}/watch",
      handle: (request, call) => startWatch(request, call, services),
    },
    {
      name: "getShipment",
      method: "GET",
      route: "shipments/{trackingNumber}",
      handle: async (request, call) => watchResource(call, await findWatch(request, call.orchestrations)),
    },
    {
      name: "stopShipmentWatch",
      method: "DELETE",
      route: "shipments/{trackingNumber}",
      isConditional: true,
      async handle(request, call) {
        const watch = await findWatch(request, call.orchestrations);
        conditionOf(request)?.({ modifiedAt: watch.updatedAt });
        if (isFinal(watch)) {
          // Prevents a later rescue of the failed watch.
          if (statusWord(watch.runtimeStatus) === "failed") {
            await services.rescues.close(watch.instanceId, "dismissed");
          }
          return { status: 204 };
        }
        await stopWatch(call.orchestrations, services.claims, watch);
        return accepted(call, watch.instanceId, "running");
      },
    },
  ];
}
