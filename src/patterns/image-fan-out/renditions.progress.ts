import type { InstanceStatus, OrchestrationClient } from "../../durable/client/orchestration-client.ts";
import { addTallies, laneId, NOTHING_YET, renditionLane } from "./rendition-lane.contract.ts";
import type { RenditionsStatus, Tally } from "./renditions.contract.ts";

/** Photos in all, those rendered, and those that cannot be: `done + failed` grows to `total`. */
export interface RenditionsProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

/**
 * While the lanes work, each reports its own numbers, and they are added up here: told to the parent, every photo
 * would lengthen its history.
 */
export async function renditionsProgress(
  orchestrations: OrchestrationClient,
  { instanceId, status }: Pick<InstanceStatus<unknown, unknown, RenditionsStatus>, "instanceId" | "status">,
): Promise<RenditionsProgress> {
  if (!status) return { total: 0, done: 0, failed: 0 };
  const { done, failed } =
    status.step === "rendering" ? await lanesTally(orchestrations, instanceId, status.lanes) : status;
  return { total: status.total, done, failed };
}

async function lanesTally(orchestrations: OrchestrationClient, id: string, lanes: number): Promise<Tally> {
  const tallies = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const instance = await orchestrations.find(renditionLane, laneId(id, lane));
      return instance?.status ?? NOTHING_YET;
    }),
  );
  return tallies.reduce(addTallies, NOTHING_YET);
}
