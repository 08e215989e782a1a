import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Call } from "../../../http/endpoint.ts";
import { keyTaken, requestIdentity } from "../../../http/start.ts";
import { readJson } from "../../../http/read-body.ts";
import { startSingleton } from "../../../http/start-singleton.ts";
import type { Services } from "../../../services/services.ts";
import { isSettled } from "../../../storage/claims.ts";
import { shipmentWatch, type WatchInput, watchRequest } from "../shipment.contract.ts";
import { accepted, instanceIdOf, knownParcel, watchResource } from "../shipment.view.ts";
import { endOfStoppedWatch, isWatching } from "./stop.ts";

const watchIdOf = (input: WatchInput) => input.watchId;

/**
 * Starts the watch of a parcel. There is only one at a time: another request returns the running one. A watch whose
 * stop was accepted counts as ended.
 */
export async function startWatch(
  request: HttpRequest,
  call: Pick<Call, "orchestrations" | "url">,
  { claims, tracking }: Services,
): Promise<HttpResponseInit> {
  const { orchestrations } = call;
  const content = await readJson(request, watchRequest);
  const trackingNumber = await knownParcel(request, tracking);
  const id = instanceIdOf(trackingNumber);
  const { key, fingerprint } = requestIdentity(request, id, content);
  let watchId: string = randomUUID();
  if (key !== undefined) {
    const claim = await claims.claim({ scope: id, key: `request-${key}`, fingerprint, value: watchId });
    if (claim.kind === "taken") throw keyTaken();
    if (claim.kind === "same") {
      const latest = await orchestrations.find(shipmentWatch, id);
      const isServed = latest?.input.watchId === claim.value || isSettled(claim);
      if (latest && (isServed || (await isWatching(claims, latest)))) return watchResource(call, latest);
      // No instance was started for this key yet: the process with the claim died.
      if (!isSettled(claim)) watchId = claim.value;
    }
  }
  const input = { ...content, trackingNumber, watchId };
  await endOfStoppedWatch(orchestrations, claims, id);
  const singleton = { orchestration: shipmentWatch, id, input, runOf: watchIdOf };
  const running = await startSingleton(orchestrations, claims, singleton);
  return running ? watchResource(call, running) : accepted(call, id, "pending");
}
