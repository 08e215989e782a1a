import type { Instance, ParentInstance, RuntimeStatus } from "./instance.ts";

/** A stored instance: the data for the API, and the data that the engine needs to continue it. */
export interface StoredInstance extends Instance {
  /** Never reused, so that histories of instances with the same id cannot be mixed up. */
  readonly key: number;
  /** An entity keeps its scheduler state, with the user's state in it, as its input. */
  readonly kind: "orchestration" | "entity";
  readonly parent: ParentInstance | null;
  /** From the first event: 0 for the first start with this id, increased when the id is reused, null for a child. */
  readonly generation: number | null;
  /** The instance that was restarted as this one. */
  readonly sourceInstanceId: string | null;
}

/** An event on its way to an instance. */
export interface StoredMessage {
  readonly seq: number;
  readonly kind: "orchestration" | "entity";
  readonly instanceId: string;
  /** The execution that the message is for; null means the one that runs when it arrives. */
  readonly executionId: string | null;
  /** Not delivered before this instant, epoch milliseconds; null means immediately. */
  readonly due: number | null;
  /** JSON text of the event. */
  readonly body: string;
}

/** An activity that was scheduled and has not ended in the history of its instance. */
export interface StoredActivity {
  readonly seq: number;
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
  readonly name: string;
  /** JSON text, or null without input. */
  readonly input: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Present if there are more; pass it back as `continuation`. */
  readonly continuation?: string | undefined;
}

/** Which instances to list, in ascending order of their ids. */
export interface InstanceQuery {
  readonly kind?: "orchestration" | "entity" | undefined;
  readonly prefix?: string | undefined;
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  readonly updatedFrom?: number | undefined;
  readonly updatedTo?: number | undefined;
  readonly statuses?: readonly RuntimeStatus[] | undefined;
  readonly top?: number | undefined;
  /** Only ids greater than this one. */
  readonly after?: string | undefined;
}

/** The unfinished work in a store when it is opened. */
export interface UnfinishedWork {
  /** The greatest number that has been used as a key or sequence number. */
  readonly lastNumber: number;
  /** Both in the order in which they were put. */
  readonly messages: readonly StoredMessage[];
  readonly activities: readonly StoredActivity[];
}

/** The store cannot be used. The message gives the reason in one sentence. */
export class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
  }
}

/**
 * The storage of a task hub. Changes are collected until `commit`, which makes all or none of them durable. Reads see
 * uncommitted changes. Every call is synchronous, so no commit can happen between the changes of one episode.
 */
export interface Store {
  unfinished(): UnfinishedWork;
  instance(instanceId: string): StoredInstance | undefined;
  instances(query: InstanceQuery): Page<StoredInstance>;
  /** JSON texts of all events, oldest first, joined with commas; empty if there are none. */
  history(key: number): string;

  /** Replaces an instance with the same id. */
  putInstance(instance: StoredInstance): void;
  /**
   * Like `putInstance`, for an existing instance of which only status, output, custom status, time, problems and
   * waits change.
   */
  updateInstance(instance: StoredInstance): void;
  /** Deletes the instance, its history, and the messages and activities that wait for it. */
  deleteInstance(instance: StoredInstance): void;
  appendHistory(key: number, events: string): void;
  deleteHistory(key: number): void;
  putMessage(message: StoredMessage): void;
  deleteMessage(seq: number): void;
  putActivity(activity: StoredActivity): void;
  deleteActivity(seq: number): void;

  /** @throws {StoreError} when the changes could not be made durable; then none of them is */
  commit(): void;
  /** Closes the store without committing. */
  close(): void;
}
