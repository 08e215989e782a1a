import type { Instance } from "../../stores/instance.ts";
import type { StoredInstance } from "../../stores/store.ts";

/** Callers that wait for a change of an instance; they are notified after every commit that affects it. */
export class InstanceWatchers {
  readonly #byInstance = new Map<string, Set<(instance: Instance) => void>>();

  has(instanceId: string): boolean {
    return this.#byInstance.has(instanceId);
  }

  /** Returns a function that ends the subscription. */
  watch(instanceId: string, watcher: (instance: Instance) => void): () => void {
    const watchers = this.#byInstance.get(instanceId) ?? new Set();
    this.#byInstance.set(instanceId, watchers);
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#byInstance.get(instanceId) === watchers) {
        this.#byInstance.delete(instanceId);
      }
    };
  }

  tell(instance: StoredInstance): void {
    for (const watcher of this.#byInstance.get(instance.instanceId) ?? []) watcher(instance);
  }
}
