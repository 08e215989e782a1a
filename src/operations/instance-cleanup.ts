import type { HubInstance } from "../durable/task-hub/task-hub.ts";
import { releaseStart } from "../http/start.ts";
import { isSameName, type OrchestrationPattern, patternOf } from "../patterns/patterns.ts";
import type { Claims } from "../storage/claims.ts";
import type { Rescues } from "../storage/rescues.ts";

/**
 * Removes the data of a finished instance outside of the task hub. Call it before the purge: afterwards there is no
 * reference to the data. Can be repeated.
 */
export type InstanceCleanup = (instance: Pick<HubInstance, "id" | "name">) => Promise<void>;

/** @param removeFiles deletes the files that a root instance owns */
export function createInstanceCleanup(
  { claims, rescues }: { readonly claims: Claims; readonly rescues: Rescues },
  removeFiles: (pattern: OrchestrationPattern, instanceId: string) => Promise<void>,
): InstanceCleanup {
  return async ({ id, name }) => {
    const pattern = patternOf(name);
    // The data belongs to the root instance, not to its sub-orchestrations.
    if (!pattern || !isSameName(pattern.root.name, name)) return;
    await removeFiles(pattern, id);
    // Frees its idempotency key, or for a singleton all keys and claims of its runs.
    await Promise.all([releaseStart(claims, id), claims.release(id), rescues.forget(id)]);
  };
}
