import type { HubInstance } from "../durable/task-hub.ts";
import { releaseStart } from "../http/start.ts";
import type { Claims } from "../services/claims.ts";
import type { Rescues } from "../services/rescues.ts";
import { patternOf } from "./patterns.ts";

/**
 * Removes what a finished instance keeps outside of the task hub, before it is purged: afterwards nobody would
 * know of it. Harmless when repeated.
 */
export type RemoveLeftovers = (instance: Pick<HubInstance, "id" | "name">) => Promise<void>;

/** @param files by orchestration: removes the files that its instances own */
export function leftoversOf(
  { claims, rescues }: { readonly claims: Claims; readonly rescues: Rescues },
  files: Readonly<Record<string, (instanceId: string) => Promise<void>>>,
): RemoveLeftovers {
  return async ({ id, name }) => {
    const [started = ""] = patternOf(name)?.orchestrations ?? [];
    // Children own nothing: their parents do.
    if (started.toLowerCase() !== name.toLowerCase()) return;
    await files[started]?.(id);
    // Its idempotency key, or all keys and turns of an instance that there is one of, is free again.
    await Promise.all([releaseStart(claims, id), claims.release(id), rescues.forget(id)]);
  };
}
