import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { InstanceStatus, OrchestrationClient } from "../../durable/client/orchestration-client.ts";
import type { Call } from "../../http/endpoint.ts";
import { Problem } from "../../http/problem.ts";
import { resourceResponse } from "../../http/resource.ts";
import { acceptedResponse } from "../../http/start.ts";
import type { ParcelTracking } from "../../services/parcel-tracking.ts";
import {
  shipmentWatch,
  trackingNumber as trackingNumberSchema,
  type WatchInput,
  type WatchProgress,
  type WatchResult,
} from "./shipment.contract.ts";
import { startOf } from "./watch/state.ts";

export type Watch = InstanceStatus<WatchInput, WatchResult, WatchProgress>;

const NOT_STARTED: WatchProgress = { last: null, checks: 0, nextCheckAt: null, generation: 1 };

const { idPrefix } = shipmentWatch;

/** One watch per parcel: the tracking number makes the instance id. */
export const instanceIdOf = (trackingNumber: string) => `${idPrefix}${trackingNumber}`;

const pathOf = (instanceId: string) => `/api/shipments/${instanceId.slice(idPrefix.length)}`;

/** The tracking number in the route, if the carrier knows it. @throws {Problem} 404 */
export async function knownParcel(request: HttpRequest, tracking: ParcelTracking): Promise<string> {
  const { trackingNumber = "" } = request.params;
  if (trackingNumberSchema.safeParse(trackingNumber).success && (await tracking.knows(trackingNumber)))
    return trackingNumber;
  throw new Problem("not-found", "The carrier does not know this tracking number");
}

/** @throws {Problem} 404 */
export async function findWatch(request: HttpRequest, orchestrations: OrchestrationClient): Promise<Watch> {
  const { trackingNumber = "" } = request.params;
  const watch = await orchestrations.find(shipmentWatch, instanceIdOf(trackingNumber));
  if (!watch) throw new Problem("not-found", "This parcel is not watched");
  return watch;
}

export function watchResource({ url }: Pick<Call, "url">, watch: Watch): HttpResponseInit {
  // The engine shows the start of the current execution. Callers expect the start of the watch.
  const since = { ...watch, createdAt: startOf(watch.input) ?? watch.createdAt };
  return resourceResponse(since, {
    kind: "shipment",
    progress: watch.status ?? NOT_STARTED,
    result: watch.output,
    links: { self: url(pathOf(watch.instanceId)) },
  });
}

/** 202 with the URL of the watch: it starts, or it will stop soon. */
export const accepted = ({ url }: Pick<Call, "url">, id: string, status: "pending" | "running") =>
  acceptedResponse(id, status, { self: url(pathOf(id)) });
