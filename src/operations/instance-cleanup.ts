import type { HubInstance } from "../durable/task-hub/task-hub.ts";
import { releaseStart } from "../http/start.ts";
import { isSameName, type OrchestrationPattern, patternOf } from "../patterns/patterns.ts";
import type { Claims } from "../storage/claims.ts";
import type { Rescues } from "../storage/rescues.ts";

/**
 * Removes what a finished instance keeps outside of the task hub. Call it before the purge: afterwards nobody would
 * know of it. Harmless when repeated.
 */
export type InstanceCleanup = (instance: Pick<HubInstance, "id" | "name">) => Promise<void>;

/** @param removeFiles deletes the files that a root instance owns */
export function createInstanceCleanup(
  { claims, rescues }: { readonly claims: Claims; readonly rescues: Rescues },
  removeFiles: (pattern: OrchestrationPattern, instanceId: string) => Promise<void>,
): InstanceCleanup {
  return async ({ id, name }) => {
    const pattern = patternOf(name);
    // Sub-orchestrations own nothing: their root does.
    if (!pattern || !isSameName(pattern.root.name, name)) return;
    await removeFiles(pattern, id);
    // Its idempotency key, or all keys and turns of an instance that there is one of, is free again.
    await Promise.all([releaseStart(claims, id), claims.release(id), rescues.forget(id)]);
  };
}
