import { randomUUID } from "node:crypto";
import { isFinal } from "../../durable/orchestration-client.ts";
import type { Endpoint } from "../../http/endpoint.ts";
import { requestIdentity } from "../../http/idempotency.ts";
import { readJson } from "../../http/read-json.ts";
import { isFirstRequest } from "../../http/start.ts";
import { startSingleton } from "../../http/start-singleton.ts";
import type { Claims } from "../../services/claims.ts";
import type { ParcelTracking } from "../../services/parcel-tracking.ts";
import { shipmentWatch, stopRequested, type WatchInput } from "./shipment.contract.ts";
import { watchRequest } from "./shipment.request.ts";
import { accepted, findWatch, instanceIdOf, knownParcel, watchResource } from "./shipment.resource.ts";

const watchIdOf = (input: WatchInput) => input.watchId;

/** Have a parcel watched, see where it is, and stop watching it. */
export function createShipmentEndpoints(services: { claims: Claims; tracking: ParcelTracking }): Endpoint[] {
  const { claims, tracking } = services;
  return [
    {
      name: "watchShipment",
      method: "POST",
      route: "shipments/{trackingNumber}/watch",
      async handle(request, { orchestrations }) {
        const content = await readJson(request, watchRequest);
        const trackingNumber = await knownParcel(request, tracking);
        const id = instanceIdOf(trackingNumber);
        const identity = requestIdentity(request, id, content);
        if (!(await isFirstRequest(claims, id, identity))) {
          const earlier = await orchestrations.find(shipmentWatch, id);
          if (earlier) return watchResource(request, earlier);
        }
        const input = { ...content, trackingNumber, watchId: randomUUID() };
        const singleton = { orchestration: shipmentWatch, id, input, runOf: watchIdOf };
        const running = await startSingleton(orchestrations, claims, singleton);
        return running ? watchResource(request, running) : accepted(request, id, "pending");
      },
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
