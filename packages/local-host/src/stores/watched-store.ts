import type {
  InstanceQuery,
  Page,
  Store,
  StoredActivity,
  StoredInstance,
  StoredMessage,
  UnfinishedWork,
} from "./store.ts";

/** What a commit did to an instance. */
export interface CommittedChange {
  readonly instance: StoredInstance;
  readonly kind: "written" | "deleted";
}

/** A store that tells which instances each commit has changed: the one place where all commits are known. */
export class WatchedStore implements Store {
  readonly #store: Store;
  readonly #watchers = new Set<(changes: readonly CommittedChange[]) => void>();
  #changes = new Map<string, CommittedChange>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Calls `watcher` after each commit that changed instances. Returns a function that ends this. */
  watch(watcher: (changes: readonly CommittedChange[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  putInstance(instance: StoredInstance): void {
    this.#store.putInstance(instance);
    this.#note(instance, "written");
  }

  updateInstance(instance: StoredInstance): void {
    this.#store.updateInstance(instance);
    this.#note(instance, "written");
  }

  deleteInstance(instance: StoredInstance): void {
    this.#store.deleteInstance(instance);
    this.#note(instance, "deleted");
  }

  commit(): void {
    this.#store.commit();
    if (this.#changes.size === 0) return;
    const changes = [...this.#changes.values()];
    this.#changes = new Map();
    for (const watcher of this.#watchers) watcher(changes);
  }

  unfinished = (): UnfinishedWork => this.#store.unfinished();
  instance = (instanceId: string): StoredInstance | undefined => this.#store.instance(instanceId);
  instances = (query: InstanceQuery): Page<StoredInstance> => this.#store.instances(query);
  history = (key: number): string => this.#store.history(key);
  appendHistory = (key: number, events: string): void => this.#store.appendHistory(key, events);
  deleteHistory = (key: number): void => this.#store.deleteHistory(key);
  putMessage = (message: StoredMessage): void => this.#store.putMessage(message);
  deleteMessage = (seq: number): void => this.#store.deleteMessage(seq);
  putActivity = (activity: StoredActivity): void => this.#store.putActivity(activity);
  deleteActivity = (seq: number): void => this.#store.deleteActivity(seq);
  close = (): void => this.#store.close();

  #note(instance: StoredInstance, kind: CommittedChange["kind"]): void {
    if (this.#watchers.size > 0) this.#changes.set(instance.instanceId, { instance, kind });
  }
}
