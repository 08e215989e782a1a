import { app } from "@azure/functions";
import { durableClientInput } from "../durable/client/orchestration-client.ts";
import { type HubInstance, taskHub, type TaskHub } from "../durable/task-hub/task-hub.ts";
import { eventLog } from "../durable/orchestration/log.ts";
import { runtimeStatuses } from "../http/resource-status.ts";
import type { PurgeSettings } from "../settings.ts";
import { inParallel } from "../storage/in-parallel.ts";
import type { InstanceCleanup } from "./instance-cleanup.ts";
import { AT_ONCE, BEGINNING, dueTime, TIME_LIMIT_MS } from "./timer-run.ts";

type FinalStatus = keyof PurgeSettings["keep"];

/** What a run deleted, or would have deleted. */
export interface PurgeReport {
  readonly purged: Record<FinalStatus, number>;
  /** False if the time limit was reached: the next run continues. */
  readonly isComplete: boolean;
}

/**
 * Deletes instances whose retention time has passed. One by one, and not with the extension's purge by filter, for
 * three reasons: that purge uses the start of an instance and not its end; without a status it also deletes running
 * instances; and it has no dry run.
 */
export async function purgeOldInstances(
  taskHub: TaskHub,
  cleanUp: InstanceCleanup,
  { keep, dryRun }: Pick<PurgeSettings, "keep" | "dryRun">,
  now: Date,
): Promise<PurgeReport> {
  const deadline = performance.now() + TIME_LIMIT_MS;
  const purged = { completed: 0, failed: 0, canceled: 0 };
  for (const status of Object.keys(purged) as FinalStatus[]) {
    const before = new Date(now.getTime() - keep[status]);
    await inParallel(AT_ONCE, endedBefore(taskHub, status, before, deadline), async (instance) => {
      const outcome = dryRun ? "purged" : await purgeInstance(taskHub, cleanUp, instance);
      if (outcome === "purged") purged[status] += 1;
    });
  }
  return { purged, isComplete: performance.now() <= deadline };
}

/** Deletes a finished instance and all data that belongs only to it. */
export async function purgeInstance(
  taskHub: TaskHub,
  cleanUp: InstanceCleanup,
  instance: HubInstance,
): Promise<"purged" | "missing" | "refused"> {
  await cleanUp(instance);
  return taskHub.purge(instance.id);
}

/**
 * An instance that ended before a time was also started before it, which the task hub can filter. The extension lists
 * too much without a start time.
 */
async function* endedBefore(
  taskHub: TaskHub,
  status: FinalStatus,
  before: Date,
  deadline: number,
): AsyncGenerator<HubInstance> {
  const query = { statuses: runtimeStatuses(status), createdFrom: BEGINNING, createdTo: before };
  for await (const page of taskHub.pages(query)) {
    for (const instance of page) {
      if (performance.now() > deadline) return;
      if (instance.updatedAt <= before) yield instance;
    }
  }
}

/** Registers the timer; called from the composition root only. */
export function registerPurge(settings: PurgeSettings, cleanUp: InstanceCleanup): void {
  app.timer("purgeFinishedInstances", {
    schedule: settings.schedule,
    extraInputs: [durableClientInput],
    async handler(timer, context) {
      const hub = taskHub(context);
      const { purged, isComplete } = await purgeOldInstances(hub, cleanUp, settings, dueTime(timer));
      const event = settings.dryRun ? "instancesWouldBePurged" : "instancesPurged";
      eventLog(context).info(event, { ...purged, isComplete });
    },
  });
}
