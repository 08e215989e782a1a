import { isFinal, type OrchestrationClient } from "../../../durable/client/orchestration-client.ts";
import { poll } from "../../../durable/client/poll.ts";
import { Problem } from "../../../http/problem.ts";
import { statusWord } from "../../../http/resource-status.ts";
import type { Claims } from "../../../storage/claims.ts";
import { shipmentWatch, stopRequested } from "../shipment.contract.ts";
import type { Watch } from "../shipment.view.ts";

/** Longer than a check of the parcel, which may be running when the stop arrives. */
const UNTIL_ENDED = { timeoutMs: 10_000, firstPauseMs: 25, longestPauseMs: 500 };

/** The claim that records an accepted stop, before it takes effect. Later requests see it. */
const stopOf = (instanceId: string, watchId: string) => ({
  scope: instanceId,
  key: `stop-${watchId}`,
  fingerprint: "",
  value: "",
});

/** Whether the stop of this watch was accepted. Its event may be lost: an instance that has just failed ignores it. */
export const isStopAccepted = async (claims: Claims, instanceId: string, watchId: string): Promise<boolean> =>
  (await claims.find(stopOf(instanceId, watchId))) !== undefined;

/** Accepts the stop of a running watch. Repeating it is harmless. */
export async function stopWatch(
  orchestrations: OrchestrationClient,
  claims: Claims,
  watch: Watch,
): Promise<void> {
  await claims.claim(stopOf(watch.instanceId, watch.input.watchId));
  await raiseStop(orchestrations, watch);
}

/** Whether this watch runs and was not asked to stop. */
export async function isWatching(claims: Claims, watch: Watch): Promise<boolean> {
  return !isFinal(watch) && !(await isStopAccepted(claims, watch.instanceId, watch.input.watchId));
}

/**
 * Waits until a watch whose stop was accepted has ended, so that the next one can start. Returns immediately if there
 * is none.
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
    throw new Problem("conflict", "The watch to be stopped is suspended. It ends when it is resumed");
  }
  // Sends the event again: the process that accepted the stop may have died before it sent it.
  await raiseStop(orchestrations, stopped);
  const hasEnded = await poll(async () => {
    const now = await find();
    return !now || isFinal(now) || now.input.watchId !== stopped.input.watchId ? true : undefined;
  }, UNTIL_ENDED);
  if (hasEnded) return;
  throw new Problem(
    "unavailable",
    "The last watch of this parcel has not ended yet. Try again in a few seconds",
    {
      headers: { "retry-after": "2" },
    },
  );
}

const raiseStop = (orchestrations: OrchestrationClient, { instanceId, input }: Watch) =>
  orchestrations.raise(instanceId, stopRequested, { watchId: input.watchId });
