import type { InstanceStatus, OrchestrationClient } from "../../durable/client/orchestration-client.ts";
import { addCounts, laneId, NO_PHOTOS, renditionLane } from "./lanes/lane.contract.ts";
import type { Counts, RenditionsProgress, RenditionsStatus } from "./renditions.contract.ts";

/**
 * While the lanes work, each lane has its own counts, and this adds them up. If lanes reported them to the parent, every
 * photo would make its history longer.
 */
export async function progressOf(
  orchestrations: OrchestrationClient,
  { instanceId, status }: Pick<InstanceStatus<unknown, unknown, RenditionsStatus>, "instanceId" | "status">,
): Promise<RenditionsProgress> {
  if (!status) return { total: 0, done: 0, failed: 0 };
  const { done, failed } =
    status.step === "rendering" ? await countsOfLanes(orchestrations, instanceId, status.lanes) : status;
  return { total: status.total, done, failed };
}

async function countsOfLanes(
  orchestrations: OrchestrationClient,
  id: string,
  lanes: number,
): Promise<Counts> {
  const counts = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const instance = await orchestrations.find(renditionLane, laneId(id, lane));
      return instance?.status ?? NO_PHOTOS;
    }),
  );
  return counts.reduce(addCounts, NO_PHOTOS);
}
