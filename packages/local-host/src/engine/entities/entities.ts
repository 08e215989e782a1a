import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { FunctionRunner } from "../../invocation/function-runner.ts";
import type { Store, StoredInstance } from "../../stores/store.ts";
import type { CommitGroup } from "../delivery/commit-group.ts";
import { missingFunction } from "../../invocation/missing-function.ts";
import { EventType } from "../history/events.ts";
import type { EngineLog } from "../log.ts";
import type { Delivery, MessageDelivery } from "../delivery/message-delivery.ts";
import { failedBatch, readEntityAnswer } from "./entity-answer.ts";
import type { EntityAnswer } from "./entity-answer.ts";
import { entityPayload } from "./entity-batch.ts";
import { entityIdOf } from "../history/entity-id.ts";
import { EntityOutbox } from "./entity-outbox.ts";
import type { ReleaseMessage, RequestMessage } from "../history/entity-messages.ts";
import { entityStatus, noteReceived, readSchedulerState } from "./scheduler-state.ts";
import type { SchedulerState } from "./scheduler-state.ts";
import { messageOf } from "../../errors.ts";

interface LiveEntity {
  readonly instanceId: string;
  readonly key: number;
  readonly state: SchedulerState;
  readonly outbox: EntityOutbox;
  inbox: Delivery[];
  isRunning: boolean;
}

/** All entities: each runs its operations one batch after another, in the order in which they came. */
export class Entities {
  readonly #store: Store;
  readonly #commits: CommitGroup;
  readonly #clock: Clock;
  readonly #messages: MessageDelivery;
  readonly #runner: FunctionRunner;
  readonly #nextNumber: () => number;
  readonly #maxBatch: number;
  readonly #onCommitted: (record: StoredInstance) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #log: EngineLog;
  readonly #live = new Map<string, LiveEntity>();
  #ready: LiveEntity[] = [];
  #running = 0;
  #isStopped = false;

  constructor(parts: {
    readonly store: Store;
    readonly commits: CommitGroup;
    readonly clock: Clock;
    readonly messages: MessageDelivery;
    readonly runner: FunctionRunner;
    readonly nextNumber: () => number;
    readonly maxBatch: number;
    readonly onCommitted: (record: StoredInstance) => void;
    readonly onFailure: (error: unknown) => void;
    readonly log: EngineLog;
  }) {
    this.#store = parts.store;
    this.#commits = parts.commits;
    this.#clock = parts.clock;
    this.#messages = parts.messages;
    this.#runner = parts.runner;
    this.#nextNumber = parts.nextNumber;
    this.#maxBatch = parts.maxBatch;
    this.#onCommitted = parts.onCommitted;
    this.#onFailure = parts.onFailure;
    this.#log = parts.log;
  }

  /** Whether a batch can begin now. */
  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#ready.length === 0;
  }

  stop(): void {
    this.#isStopped = true;
    this.#ready = [];
  }

  deliver(delivery: Delivery): void {
    const entity = this.#find(delivery.instanceId);
    if (entity === undefined) return this.#refuse(delivery);
    entity.inbox.push(delivery);
    this.#enqueue(entity);
  }

  /** Forgets an entity that is deleted from outside. */
  forget(instanceId: string): void {
    this.#live.delete(instanceId);
  }

  /** Starts a batch for every entity that has messages. */
  pump(): void {
    const ready = this.#ready;
    this.#ready = [];
    for (const entity of ready) void this.#runBatch(entity);
  }

  /** Undefined if an orchestration has the entity's id: ids of starts are not checked. */
  #find(instanceId: string): LiveEntity | undefined {
    const known = this.#live.get(instanceId);
    if (known !== undefined) return known;
    const record = this.#store.instance(instanceId);
    if (record?.kind === "orchestration") return undefined;
    const entity: LiveEntity = {
      instanceId,
      key: record?.key ?? this.#nextNumber(),
      state: readSchedulerState(record?.input ?? null),
      outbox: new EntityOutbox(instanceId, this.#messages),
      inbox: [],
      isRunning: false,
    };
    this.#live.set(instanceId, entity);
    return entity;
  }

  #refuse({ instanceId, seq }: Delivery): void {
    this.#store.deleteMessage(seq);
    this.#commits.schedule();
    this.#log("warning", "Entity", `${instanceId} is an orchestration: what is sent to that entity is lost.`);
  }

  #enqueue(entity: LiveEntity): void {
    if (entity.isRunning || this.#isStopped) return;
    entity.isRunning = true;
    this.#ready.push(entity);
    this.#commits.schedule();
  }

  async #runBatch(entity: LiveEntity): Promise<void> {
    this.#running++;
    try {
      const messages = entity.inbox;
      entity.inbox = [];
      this.#receive(entity, messages);
      const { operations, lock } = this.#takeBatch(entity.state);
      const answer = operations.length === 0 ? undefined : await this.#invoke(entity, operations);
      if (this.#live.get(entity.instanceId) === entity) {
        this.#commit(entity, messages, operations, lock, answer);
      }
    } catch (error) {
      this.#onFailure(error);
    } finally {
      this.#running--;
      entity.isRunning = false;
      if (entity.inbox.length > 0 || mayDequeue(entity.state)) this.#enqueue(entity);
      this.#commits.schedule();
    }
  }

  /** Sorts messages into the queue; what comes from the holder of the lock goes to its front. */
  #receive({ state }: LiveEntity, messages: readonly Delivery[]): void {
    const fromHolder: RequestMessage[] = [];
    for (const { text } of messages) {
      const { event } = text;
      if (event.EventType !== EventType.EventRaised || event.Input === null) continue;
      if (event.Name === "release") {
        const release = JSON.parse(event.Input) as ReleaseMessage;
        if (state.lockedBy === release.parent) delete state.lockedBy;
        continue;
      }
      const request = JSON.parse(event.Input) as RequestMessage;
      if (request.due === undefined) noteReceived(state, request);
      if (state.lockedBy !== undefined && state.lockedBy === request.parent) fromHolder.push(request);
      else (state.queue ??= []).push(request);
    }
    if (fromHolder.length > 0) state.queue = [...fromHolder, ...(state.queue ?? [])];
  }

  /** As many operations as may run together: up to the next lock request, or to the batch limit. */
  #takeBatch(state: SchedulerState): { operations: RequestMessage[]; lock: RequestMessage | undefined } {
    const operations: RequestMessage[] = [];
    let lock: RequestMessage | undefined;
    const queue = state.queue ?? [];
    let taken = 0;
    for (; taken < queue.length && operations.length < this.#maxBatch && lock === undefined; taken++) {
      const request = queue[taken];
      if (request === undefined) break;
      if (state.lockedBy !== undefined && state.lockedBy !== request.parent) break;
      if (request.lockset === undefined) operations.push(request);
      else lock = request;
    }
    const rest = queue.slice(taken);
    if (rest.length > 0) state.queue = rest;
    else delete state.queue;
    return { operations, lock };
  }

  /** Does not reject: what goes wrong with a batch fails its operations only. */
  async #invoke(entity: LiveEntity, operations: readonly RequestMessage[]): Promise<EntityAnswer> {
    const { state, instanceId } = entity;
    const { name } = entityIdOf(instanceId);
    const registered = this.#runner.find("entity", name);
    if (registered === undefined || this.#runner.isDisabled("entity", registered)) {
      const message = missingFunction(this.#runner, "entity", name);
      this.#log("warning", "Entity", `${instanceId}: ${operations.length} operations failed. ${message}`);
      return failedBatch(message, state, operations.length);
    }
    try {
      const trigger = entityPayload(instanceId, state, operations);
      for (;;) {
        const result = await this.#runner.run("entity", registered, trigger);
        // The extension puts the batch back into its queue, and it is delivered again.
        if (!result.ok && result.isWorkerGone) continue;
        return readEntityAnswer(result, state, operations.length);
      }
    } catch (error) {
      return failedBatch(messageOf(error), state, operations.length);
    }
  }

  #commit(
    entity: LiveEntity,
    messages: readonly Delivery[],
    operations: readonly RequestMessage[],
    lock: RequestMessage | undefined,
    answer: EntityAnswer | undefined,
  ): void {
    const { state, instanceId } = entity;
    const at = this.#clock.now();
    for (const { seq } of messages) this.#store.deleteMessage(seq);
    if (answer !== undefined) {
      if (answer.exists) state.exists = true;
      else delete state.exists;
      if (answer.state === null) delete state.state;
      else state.state = answer.state;
      for (const [i, request] of operations.entries()) entity.outbox.respond(request, answer.results[i], at);
      for (const signal of answer.signals) entity.outbox.signal(state, signal, at);
    }
    if (lock?.parent !== undefined) {
      state.lockedBy = lock.parent;
      entity.outbox.passLockOn(lock, at);
    }
    const record: StoredInstance = {
      key: entity.key,
      kind: "entity",
      instanceId,
      executionId: randomUUID().replaceAll("-", ""),
      name: instanceId,
      version: null,
      runtimeStatus: "Running",
      input: JSON.stringify(inOrder(state)),
      output: null,
      customStatus: entityStatus(state),
      parentInstanceId: null,
      parent: null,
      generation: null,
      sourceInstanceId: null,
      createdTime: at,
      lastUpdatedTime: at,
      problems: [],
    };
    this.#store.putInstance(record);
    this.#commits.afterCommit(() => this.#onCommitted(record));
  }
}

function mayDequeue({ queue, lockedBy }: SchedulerState): boolean {
  const [first] = queue ?? [];
  return first !== undefined && (lockedBy === undefined || lockedBy === first.parent);
}

/** The extension's order of properties, for those who read the state as text. */
function inOrder({ exists, state, queue, lockedBy, sorter }: SchedulerState): SchedulerState {
  return {
    ...(exists === undefined ? {} : { exists }),
    ...(state === undefined ? {} : { state }),
    ...(queue === undefined ? {} : { queue }),
    ...(lockedBy === undefined ? {} : { lockedBy }),
    sorter,
  };
}
