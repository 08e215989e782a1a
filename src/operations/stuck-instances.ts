import { type Duration, toMilliseconds } from "../durable/orchestration/duration.ts";
import type { HubInstance, TaskHub } from "../durable/task-hub/task-hub.ts";
import { runtimeStatuses } from "../http/resource.ts";
import { ORCHESTRATION_PATTERNS, patternOf } from "../patterns/patterns.ts";

/** How many by pattern; patterns without any are left out. */
export type StuckInstances = Readonly<Record<string, number>>;

/** Nothing waits for so long before it first runs, except when the app is down or the version is unknown. */
const PENDING_STUCK_AFTER: Duration = { minutes: 10 };
const MOST_PAGES = 3;

/**
 * Unfinished instances to which nothing has happened for longer than their pattern ever waits: pending ones whose
 * code or version this app does not have, running ones that an unregistered activity or a crash has left behind.
 * Suspended ones are not stuck, somebody wants them so.
 *
 * Looked for pattern by pattern: entities count as running, and a list without a prefix begins with all of them.
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
    // The youngest that can be stuck at all: what is older has been started before.
    createdTo: new Date(now.getTime() - toMilliseconds(PENDING_STUCK_AFTER)),
  };
  let pages = 0;
  for await (const page of taskHub.pages(query, timeoutMs)) {
    yield* page;
    if (++pages === MOST_PAGES) return;
  }
}

function isStuck({ name, runtimeStatus, updatedAt }: HubInstance, now: Date): boolean {
  const pattern = patternOf(name);
  // Nobody works on what this app does not know.
  const isWaiting = runtimeStatus === "Pending" || !pattern;
  const patience = isWaiting ? PENDING_STUCK_AFTER : pattern.stuckAfter;
  return now.getTime() - updatedAt.getTime() > toMilliseconds(patience);
}
