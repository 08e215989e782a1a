import type {
  InstanceQuery,
  Page,
  Store,
  StoredActivity,
  StoredInstance,
  StoredMessage,
  UnfinishedWork,
} from "../stores/store.ts";

/** Thrown by a crashed store; the engine stops, as it would after a failure of the disk. */
export class Crash extends Error {
  constructor() {
    super("The test crashes the host here");
    this.name = "Crash";
  }
}

/** A store that can crash on demand: uncommitted changes are lost, as with kill -9. */
export class CrashStore implements Store {
  readonly #store: Store;
  #commitsLeft = Infinity;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Lets this many more commits succeed; after that, everything fails. 0 means immediately. */
  crashAfter(commits: number): void {
    this.#commitsLeft = commits;
  }

  unfinished(): UnfinishedWork {
    return this.#alive().unfinished();
  }

  instance(instanceId: string): StoredInstance | undefined {
    return this.#alive().instance(instanceId);
  }

  instances(query: InstanceQuery): Page<StoredInstance> {
    return this.#alive().instances(query);
  }

  history(key: number): string {
    return this.#alive().history(key);
  }

  putInstance(instance: StoredInstance): void {
    this.#alive().putInstance(instance);
  }

  updateInstance(instance: StoredInstance): void {
    this.#alive().updateInstance(instance);
  }

  deleteInstance(instance: StoredInstance): void {
    this.#alive().deleteInstance(instance);
  }

  appendHistory(key: number, events: string): void {
    this.#alive().appendHistory(key, events);
  }

  deleteHistory(key: number): void {
    this.#alive().deleteHistory(key);
  }

  putMessage(message: StoredMessage): void {
    this.#alive().putMessage(message);
  }

  deleteMessage(seq: number): void {
    this.#alive().deleteMessage(seq);
  }

  putActivity(activity: StoredActivity): void {
    this.#alive().putActivity(activity);
  }

  deleteActivity(seq: number): void {
    this.#alive().deleteActivity(seq);
  }

  commit(): void {
    this.#alive().commit();
    this.#commitsLeft -= 1;
  }

  close(): void {
    this.#store.close();
  }

  #alive(): Store {
    if (this.#commitsLeft <= 0) throw new Crash();
    return this.#store;
  }
}
