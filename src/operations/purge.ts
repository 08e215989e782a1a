import { app } from "@azure/functions";
import { durableClientInput } from "../durable/client/orchestration-client.ts";
import { type HubInstance, taskHub, type TaskHub } from "../durable/task-hub/task-hub.ts";
import { eventLog } from "../durable/orchestration/log.ts";
import { runtimeStatuses } from "../http/resource.ts";
import type { PurgeSettings } from "../settings.ts";
import { dueTime } from "./due-time.ts";
import type { InstanceCleanup } from "./instance-cleanup.ts";

type FinalStatus = keyof PurgeSettings["keep"];

/** What a run deleted, or would have deleted. */
export interface PurgeReport {
  readonly purged: Record<FinalStatus, number>;
  /** False if the time limit was reached: the next run continues. */
  readonly isComplete: boolean;
}

/** Older than any instance. The extension refuses to purge without a start time, and lists too much without one. */
const BEGINNING = new Date("2015-01-01T00:00:00Z");
const AT_ONCE = 8;
/** Less than the shortest time limit of a function on Azure. */
const TIME_LIMIT_MS = 4 * 60_000;

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
    for await (const instances of endedBefore(taskHub, status, before)) {
      for (let i = 0; i < instances.length; i += AT_ONCE) {
        if (performance.now() > deadline) return { purged, isComplete: false };
        const batch = instances.slice(i, i + AT_ONCE);
        const outcomes = dryRun
          ? batch.map(() => "purged")
          : await Promise.all(batch.map((instance) => purgeInstance(taskHub, cleanUp, instance)));
        purged[status] += outcomes.filter((outcome) => outcome === "purged").length;
      }
    }
  }
  return { purged, isComplete: true };
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

/** In pages. An instance that ended before a time was also started before it, which the task hub can filter. */
async function* endedBefore(
  taskHub: TaskHub,
  status: FinalStatus,
  before: Date,
): AsyncGenerator<HubInstance[]> {
  const query = { statuses: runtimeStatuses(status), createdFrom: BEGINNING, createdTo: before };
  for await (const page of taskHub.pages(query)) yield page.filter(({ updatedAt }) => updatedAt <= before);
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
