import { isFinal } from "../../durable/orchestration-client.ts";
import type { Endpoint } from "../../http/endpoint.ts";
import type { Claims } from "../../services/claims.ts";
import type { ParcelTracking } from "../../services/parcel-tracking.ts";
import { stopRequested } from "./shipment.contract.ts";
import { accepted, findWatch, watchResource } from "./shipment.resource.ts";
import { startWatch } from "./shipment.start.ts";

/** Have a parcel watched, see where it is, and stop watching it. */
export function createShipmentEndpoints(services: { claims: Claims; tracking: ParcelTracking }): Endpoint[] {
  return [
    {
      name: "watchShipment",
      method: "POST",
      route: "shipments/{trackingNumber}/watch",
      handle: (request, { orchestrations }) => startWatch(request, orchestrations, services),
    },
    {
      name: "getShipment",
      method: "GET",
      route: "shipments/{trackingNumber}",
      handle: async (request, { orchestrations }) =>
        watchResource(request, await findWatch(request, orchestrations)),
    },
    {
      name: "stopShipmentWatch",
      method: "DELETE",
      route: "shipments/{trackingNumber}",
      async handle(request, { orchestrations }) {
        const watch = await findWatch(request, orchestrations);
        if (isFinal(watch)) return { status: 204 };
        await orchestrations.raise(watch.instanceId, stopRequested, { watchId: watch.input.watchId });
        return accepted(request, watch.instanceId, "running");
      },
    },
  ];
}
