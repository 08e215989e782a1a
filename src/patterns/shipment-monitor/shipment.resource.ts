import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { InstanceStatus, OrchestrationClient } from "../../durable/client/orchestration-client.ts";
import type { Call } from "../../http/endpoint.ts";
import { Problem } from "../../http/problem.ts";
import { acceptedResponse, resourceResponse } from "../../http/resource.ts";
import type { ParcelTracking } from "../../services/parcel-tracking.ts";
import { shipmentWatch, type WatchInput, type WatchResult } from "./shipment.contract.ts";
import { TRACKING_NUMBER } from "./shipment.request.ts";
import { startOf, type WatchProgress } from "./shipment.watch.ts";

export type Watch = InstanceStatus<WatchInput, WatchResult, WatchProgress>;

const NOT_STARTED: WatchProgress = { last: null, checks: 0, nextCheckAt: null, generation: 1 };

const { idPrefix } = shipmentWatch;

/** One watch per parcel: its id is the parcel's. */
export const instanceIdOf = (trackingNumber: string) => `${idPrefix}${trackingNumber}`;

const pathOf = (instanceId: string) => `/api/shipments/${instanceId.slice(idPrefix.length)}`;

/** The tracking number of the route, if the carrier knows it. @throws {Problem} 404 */
export async function knownParcel(request: HttpRequest, tracking: ParcelTracking): Promise<string> {
  const { trackingNumber = "" } = request.params;
  if (TRACKING_NUMBER.test(trackingNumber) && (await tracking.knows(trackingNumber))) return trackingNumber;
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
  // The engine counts a continued instance from its last continuation on; callers asked for the whole watch.
  const since = { ...watch, createdAt: startOf(watch.input) ?? watch.createdAt };
  return resourceResponse(since, {
    kind: "shipment",
    progress: watch.status ?? NOT_STARTED,
    result: watch.output,
    links: { self: url(pathOf(watch.instanceId)) },
  });
}

/** 202 with the watch's URL: it begins, or it is about to stop. */
export const accepted = ({ url }: Pick<Call, "url">, id: string, status: "pending" | "running") =>
  acceptedResponse(id, status, { self: url(pathOf(id)) });
