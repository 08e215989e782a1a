import { setTimeout as delay } from "node:timers/promises";
import { isFinal, type OrchestrationClient } from "../../durable/client/orchestration-client.ts";
import { Problem } from "../../http/problem.ts";
import { statusWord } from "../../http/resource.ts";
import type { Claims } from "../../storage/claims.ts";
import { shipmentWatch, stopRequested } from "./shipment.contract.ts";
import type { Watch } from "./shipment.resource.ts";

/** A look at the parcel, which a stop waits for, takes no longer. */
const END_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

/** The stop of a watch, accepted before it takes effect: a row tells whoever comes meanwhile that it will end. */
const stopOf = (instanceId: string, watchId: string) => ({
  scope: instanceId,
  key: `stop-${watchId}`,
  fingerprint: "",
  value: "",
});

/** Whether the stop of this watch was accepted, though its event may be lost: one that has just failed drops it. */
export const isStopAccepted = async (claims: Claims, instanceId: string, watchId: string): Promise<boolean> =>
  (await claims.find(stopOf(instanceId, watchId))) !== undefined;

/** Accepts the stop of a watch that runs. May come more than once. */
export async function stopWatch(
  orchestrations: OrchestrationClient,
  claims: Claims,
  watch: Watch,
): Promise<void> {
  await claims.claim(stopOf(watch.instanceId, watch.input.watchId));
  await raiseStop(orchestrations, watch);
}

/** Whether this watch goes on, as far as anybody has asked for. */
export async function isWatching(claims: Claims, watch: Watch): Promise<boolean> {
  return !isFinal(watch) && !(await isStopAccepted(claims, watch.instanceId, watch.input.watchId));
}

/**
 * Waits for the end of a watch whose stop was accepted, so that another one can start; at once if there is none.
 *
 * @throws {Problem} 409 if an operator has suspended it, 503 if it does not end in time
 */
export async function endOfStoppedWatch(
  orchestrations: OrchestrationClient,
  claims: Claims,
  id: string,
): Promise<void> {
  const find = () => orchestrations.find(shipmentWatch, id);
  const stopped = await find();
  if (!stopped || isFinal(stopped) || (await isWatching(claims, stopped))) return;
  if (statusWord(stopped.runtimeStatus) === "suspended") {
    throw new Problem(
      "conflict",
      "The watch that is to be stopped is suspended, and ends when it is resumed",
    );
  }
  // Again: whoever has accepted the stop may have died before it was sent.
  await raiseStop(orchestrations, stopped);
  const end = performance.now() + END_TIMEOUT_MS;
  for (let pause = FIRST_PAUSE_MS; performance.now() < end; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const now = await find();
    if (!now || isFinal(now) || now.input.watchId !== stopped.input.watchId) return;
    await delay(pause);
  }
  throw new Problem("unavailable", "The last watch of this parcel has not ended yet; try again shortly", {
    headers: { "retry-after": "2" },
  });
}

const raiseStop = (orchestrations: OrchestrationClient, { instanceId, input }: Watch) =>
  orchestrations.raise(instanceId, stopRequested, { watchId: input.watchId });
