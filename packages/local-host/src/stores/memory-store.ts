import type {
  InstanceQuery,
  Page,
  Store,
  StoredActivity,
  StoredInstance,
  StoredMessage,
  UnfinishedWork,
} from "./store.ts";

/** A task hub in memory: for tests and temporary runs. */
export class MemoryStore implements Store {
  readonly #instances = new Map<string, StoredInstance>();
  readonly #history = new Map<number, string>();
  readonly #messages = new Map<number, StoredMessage>();
  readonly #activities = new Map<number, StoredActivity>();
  #lastNumber = 0;

  unfinished(): UnfinishedWork {
    return {
      lastNumber: this.#lastNumber,
      messages: [...this.#messages.values()],
      activities: [...this.#activities.values()],
    };
  }

  instance(instanceId: string): StoredInstance | undefined {
    return this.#instances.get(instanceId);
  }

  instances(query: InstanceQuery): Page<StoredInstance> {
    const found = [...this.#instances.values()]
      .filter((instance) => matches(instance, query))
      .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
    const items = query.top === undefined ? found : found.slice(0, query.top);
    return { items, continuation: items.length < found.length ? items.at(-1)?.instanceId : undefined };
  }

  history(key: number): string {
    return this.#history.get(key) ?? "";
  }

  putInstance(instance: StoredInstance): void {
    this.#instances.set(instance.instanceId, instance);
    this.#lastNumber = Math.max(this.#lastNumber, instance.key);
  }

  updateInstance(instance: StoredInstance): void {
    this.#instances.set(instance.instanceId, instance);
  }

  deleteInstance({ instanceId, key, kind }: StoredInstance): void {
    this.#instances.delete(instanceId);
    this.#history.delete(key);
    for (const message of this.#messages.values()) {
      if (message.instanceId === instanceId && message.kind === kind) this.#messages.delete(message.seq);
    }
    if (kind === "entity") return;
    for (const activity of this.#activities.values()) {
      if (activity.instanceId === instanceId) this.#activities.delete(activity.seq);
    }
  }

  appendHistory(key: number, events: string): void {
    const text = this.#history.get(key);
    this.#history.set(key, text === undefined || text === "" ? events : `${text},${events}`);
  }

  deleteHistory(key: number): void {
    this.#history.delete(key);
  }

  putMessage(message: StoredMessage): void {
    this.#messages.set(message.seq, message);
    this.#lastNumber = Math.max(this.#lastNumber, message.seq);
  }

  deleteMessage(seq: number): void {
    this.#messages.delete(seq);
  }

  putActivity(activity: StoredActivity): void {
    this.#activities.set(activity.seq, activity);
    this.#lastNumber = Math.max(this.#lastNumber, activity.seq);
  }

  deleteActivity(seq: number): void {
    this.#activities.delete(seq);
  }

  commit(): void {
    // Nothing to do: this store only lives in memory.
  }

  close(): void {
    // The data stays, because a test may pass the same store to a second engine.
  }
}

function matches(instance: StoredInstance, query: InstanceQuery): boolean {
  const { instanceId, kind, runtimeStatus, createdTime, lastUpdatedTime } = instance;
  return (
    (query.kind === undefined || kind === query.kind) &&
    instanceId.startsWith(query.prefix ?? "") &&
    (query.after === undefined || instanceId > query.after) &&
    isWithin(createdTime, query.createdFrom, query.createdTo) &&
    isWithin(lastUpdatedTime, query.updatedFrom, query.updatedTo) &&
    (query.statuses === undefined || query.statuses.length === 0 || query.statuses.includes(runtimeStatus))
  );
}

function isWithin(value: number, from: number | undefined, to: number | undefined): boolean {
  return (from === undefined || value >= from) && (to === undefined || value <= to);
}
