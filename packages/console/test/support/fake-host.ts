import type { ConsoleHost, HostChange } from "durable-console";

/** A host whose changes a test makes up; the rest of the tests use real hosts. */
export class FakeHost implements ConsoleHost {
  readonly folder = import.meta.dirname;
  readonly url = "http://127.0.0.1:7071";
  readonly #watchers = new Set<(changes: readonly HostChange[]) => void>();

  get watchers(): number {
    return this.#watchers.size;
  }

  hasRoute = (): boolean => false;
  now = (): number => 0;
  history = (): Promise<undefined> => Promise.resolve(undefined);
  waits = (): Promise<[]> => Promise.resolve([]);
  problems = (): Promise<[]> => Promise.resolve([]);

  watch(watcher: (changes: readonly HostChange[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  commit(instanceIds: readonly string[], name = "order"): void {
    const changes = instanceIds.map((instanceId): HostChange => ({
      kind: "orchestration",
      instanceId,
      name,
      runtimeStatus: "Running",
      lastUpdatedTime: 0,
      hasProblems: false,
    }));
    for (const watcher of this.#watchers) watcher(changes);
  }
}
