import { randomUUID } from "node:crypto";
import { messageOf } from "../../errors.ts";
import { missingFunction } from "../../invocation/missing-function.ts";
import type { StoredInstance } from "../../stores/store.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import type { Delivery, Receiver } from "../delivery/message-delivery.ts";
import { RunQueue } from "../delivery/run-queue.ts";
import { entityIdOf } from "../history/entity-id.ts";
import type { ReleaseMessage, RequestMessage } from "../history/entity-messages.ts";
import { EventType } from "../history/events.ts";
import { failedBatch, readEntityAnswer } from "./entity-answer.ts";
import type { EntityAnswer } from "./entity-answer.ts";
import { entityPayload } from "./entity-batch.ts";
import { EntityOutbox } from "./entity-outbox.ts";
import { entityStatus, noteReceived, readSchedulerState } from "./scheduler-state.ts";
import type { SchedulerState } from "./scheduler-state.ts";

interface LiveEntity {
  readonly instanceId: string;
  readonly key: number;
  readonly state: SchedulerState;
  readonly outbox: EntityOutbox;
  inbox: Delivery[];
}

/** Receives the messages to entities. Each entity runs its operations in batches, in the order of arrival. */
export class Entities implements Receiver {
  readonly queue: RunQueue<LiveEntity>;
  readonly #parts: EngineParts;
  readonly #live = new Map<string, LiveEntity>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.queue = new RunQueue(parts.commits, {
      limit: Number.POSITIVE_INFINITY,
      hasWork: ({ inbox, state }) => inbox.length > 0 || mayDequeue(state),
      run: (entity) => this.#runBatch(entity),
    });
  }

  receive(delivery: Delivery): void {
    const entity = this.#find(delivery.instanceId);
    if (entity === undefined) return this.#refuse(delivery);
    entity.inbox.push(delivery);
    this.queue.add(entity);
  }

  /** Removes from memory an entity that is deleted from outside. */
  forget(instanceId: string): void {
    this.#live.delete(instanceId);
  }

  /** Undefined if an orchestration has the entity's id, because ids are not checked at the start. */
  #find(instanceId: string): LiveEntity | undefined {
    const known = this.#live.get(instanceId);
    if (known !== undefined) return known;
    const { store, nextNumber, messages } = this.#parts;
    const record = store.instance(instanceId);
    if (record?.kind === "orchestration") return undefined;
    const entity: LiveEntity = {
      instanceId,
      key: record?.key ?? nextNumber(),
      state: readSchedulerState(record?.input ?? null),
      outbox: new EntityOutbox(instanceId, messages),
      inbox: [],
    };
    this.#live.set(instanceId, entity);
    return entity;
  }

  #refuse(delivery: Delivery): void {
    const { messages, log } = this.#parts;
    messages.discard(delivery);
    log(
      "warning",
      "Entity",
      `${delivery.instanceId} is an orchestration: messages to the entity of this id are lost.`,
    );
  }

  async #runBatch(entity: LiveEntity): Promise<void> {
    const deliveries = entity.inbox;
    entity.inbox = [];
    this.#sortIn(entity, deliveries);
    const { operations, lock } = this.#takeBatch(entity.state);
    const answer = operations.length === 0 ? undefined : await this.#invoke(entity, operations);
    if (this.#live.get(entity.instanceId) !== entity) return;
    this.#commit(entity, deliveries, operations, lock, answer);
  }

  /** Adds messages to the queue; those from the holder of the lock go to the front. */
  #sortIn({ state }: LiveEntity, deliveries: readonly Delivery[]): void {
    const fromHolder: RequestMessage[] = [];
    for (const { text } of deliveries) {
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

  /** The operations that may run together: up to the next lock request or the batch limit. */
  #takeBatch(state: SchedulerState): { operations: RequestMessage[]; lock: RequestMessage | undefined } {
    const { maxEntityOperationBatchSize } = this.#parts.settings;
    const operations: RequestMessage[] = [];
    let lock: RequestMessage | undefined;
    const queue = state.queue ?? [];
    let taken = 0;
    for (
      ;
      taken < queue.length && operations.length < maxEntityOperationBatchSize && lock === undefined;
      taken++
    ) {
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

  /** Never rejects: an error in a batch fails only its operations. */
  async #invoke(entity: LiveEntity, operations: readonly RequestMessage[]): Promise<EntityAnswer> {
    const { state, instanceId } = entity;
    const { runner, log } = this.#parts;
    const { name } = entityIdOf(instanceId);
    const registered = runner.find("entity", name);
    if (registered === undefined || runner.isDisabled("entity", registered)) {
      const message = missingFunction(runner, "entity", name);
      log("warning", "Entity", `${instanceId}: ${operations.length} operations failed. ${message}`);
      return failedBatch(message, state, operations.length);
    }
    try {
      const trigger = entityPayload(instanceId, state, operations);
      for (;;) {
        const result = await runner.run("entity", registered, trigger);
        // As in the extension, the batch returns to the queue and is delivered again.
        if (!result.ok && result.isWorkerGone) continue;
        return readEntityAnswer(result, state, operations.length);
      }
    } catch (error) {
      return failedBatch(messageOf(error), state, operations.length);
    }
  }

  #commit(
    entity: LiveEntity,
    deliveries: readonly Delivery[],
    operations: readonly RequestMessage[],
    lock: RequestMessage | undefined,
    answer: EntityAnswer | undefined,
  ): void {
    const { store, clock, messages, commits, watchers } = this.#parts;
    const { state, instanceId } = entity;
    const at = clock.now();
    for (const delivery of deliveries) messages.discard(delivery);
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
      waits: [],
    };
    store.putInstance(record);
    commits.afterCommit(() => watchers.tell(record));
  }
}

function mayDequeue({ queue, lockedBy }: SchedulerState): boolean {
  const [first] = queue ?? [];
  return first !== undefined && (lockedBy === undefined || lockedBy === first.parent);
}

/** The properties in the extension's order, for code that compares the state as text. */
function inOrder({ exists, state, queue, lockedBy, sorter }: SchedulerState): SchedulerState {
  return {
    ...(exists === undefined ? {} : { exists }),
    ...(state === undefined ? {} : { state }),
    ...(queue === undefined ? {} : { queue }),
    ...(lockedBy === undefined ? {} : { lockedBy }),
    sorter,
  };
}
