import { toMilliseconds } from "../durable/duration.ts";
import type { HubInstance, TaskHub } from "../durable/task-hub.ts";
import { runtimeStatuses } from "../http/resource.ts";
import { patternOf, PENDING_STUCK_AFTER } from "./patterns.ts";

export interface StuckInstances {
  /** How many by pattern; patterns without any are left out. */
  readonly byPattern: Readonly<Record<string, number>>;
  readonly total: number;
  /** How many unfinished instances were looked at. */
  readonly examined: number;
  /** False if there are more than one look can go through. */
  readonly isComplete: boolean;
}

const MOST_PAGES = 5;

/**
 * Unfinished instances to which nothing has happened for longer than their pattern ever waits: pending ones whose
 * code or version this app does not have, running ones that an unregistered activity or a crash has left behind.
 * Suspended ones are not stuck, somebody wants them so.
 */
export async function findStuck(taskHub: TaskHub, now: Date, patienceMs: number): Promise<StuckInstances> {
  const byPattern: Record<string, number> = {};
  let [total, examined, pages] = [0, 0, 0];
  let continuation: string | undefined;
  do {
    const page = await taskHub.instances(
      {
        statuses: [...runtimeStatuses("pending"), ...runtimeStatuses("running")],
        // The youngest that can be stuck at all: what is older has been started before.
        createdTo: new Date(now.getTime() - toMilliseconds(PENDING_STUCK_AFTER)),
        continuation,
      },
      patienceMs,
    );
    examined += page.items.length;
    for (const instance of page.items.filter((item) => isStuck(item, now))) {
      const pattern = patternOf(instance.name)?.name ?? "unknown";
      byPattern[pattern] = (byPattern[pattern] ?? 0) + 1;
      total += 1;
    }
    ({ continuation } = page);
    pages += 1;
  } while (continuation !== undefined && pages < MOST_PAGES);
  return { byPattern, total, examined, isComplete: continuation === undefined };
}

function isStuck({ name, runtimeStatus, updatedAt }: HubInstance, now: Date): boolean {
  const pattern = patternOf(name);
  // Nobody works on what this app does not know.
  const isWaiting = runtimeStatus === "Pending" || !pattern;
  const patience = isWaiting ? PENDING_STUCK_AFTER : pattern.stuckAfter;
  return now.getTime() - updatedAt.getTime() > toMilliseconds(patience);
}
