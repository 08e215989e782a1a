import { type Duration, toMilliseconds } from "../durable/orchestration/duration.ts";
import type { HubInstance, TaskHub } from "../durable/task-hub/task-hub.ts";
import { runtimeStatuses } from "../http/resource-status.ts";
import { ORCHESTRATION_PATTERNS, patternOf } from "../patterns/patterns.ts";

/** Number of instances by pattern; patterns without any are omitted. */
export type StuckInstances = Readonly<Record<string, number>>;

/** An instance is pending for this long only if the app is down or does not have its version. */
const PENDING_STUCK_AFTER: Duration = { minutes: 10 };
const MAX_PAGES = 3;

/**
 * Unfinished instances without an event for longer than the longest wait of their pattern: pending ones whose code or
 * version this app does not have, and running ones that wait for an unregistered activity or were left by a crash.
 * Suspended instances are not stuck, because an operator has suspended them.
 *
 * Queries each pattern separately: entities count as running, and a list without a prefix begins with all entities.
 */
export async function findStuck(taskHub: TaskHub, now: Date, timeoutMs: number): Promise<StuckInstances> {
  const byPattern: Record<string, number> = {};
  await Promise.all(
    ORCHESTRATION_PATTERNS.map(async ({ idPrefix }) => {
      for await (const instance of unfinished(taskHub, idPrefix, now, timeoutMs)) {
        if (!isStuck(instance, now)) continue;
        const pattern = patternOf(instance.name)?.name ?? "unknown";
        byPattern[pattern] = (byPattern[pattern] ?? 0) + 1;
      }
    }),
  );
  return byPattern;
}

async function* unfinished(
  taskHub: TaskHub,
  idPrefix: string,
  now: Date,
  timeoutMs: number,
): AsyncGenerator<HubInstance> {
  const query = {
    idPrefix,
    statuses: [...runtimeStatuses("pending"), ...runtimeStatuses("running")],
    // Only instances that are old enough to be stuck.
    createdTo: new Date(now.getTime() - toMilliseconds(PENDING_STUCK_AFTER)),
  };
  let pages = 0;
  for await (const page of taskHub.pages(query, timeoutMs)) {
    yield* page;
    if (++pages === MAX_PAGES) return;
  }
}

function isStuck({ name, runtimeStatus, updatedAt }: HubInstance, now: Date): boolean {
  const pattern = patternOf(name);
  // An instance of an unknown pattern never continues.
  const isWaiting = runtimeStatus === "Pending" || !pattern;
  const patience = isWaiting ? PENDING_STUCK_AFTER : pattern.stuckAfter;
  return now.getTime() - updatedAt.getTime() > toMilliseconds(patience);
}
