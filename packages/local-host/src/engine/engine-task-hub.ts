import { randomUUID } from "node:crypto";
import { isFinal } from "../stores/instance.ts";
import type { Instance } from "../stores/instance.ts";
import type { InstanceQuery, Page, Store, StoredInstance } from "../stores/store.ts";
import type { EngineParts } from "./delivery/engine-parts.ts";
import { clientSignal, schedulerOf, toEntityRecord } from "./entities/client-view.ts";
import type { Entities } from "./entities/entities.ts";
import type { EntityId } from "./history/entity-id.ts";
import type { HistoryEvent, IncomingEvent } from "./history/events.ts";
import {
  eventRaised,
  executionResumed,
  executionSuspended,
  executionTerminated,
  genericEvent,
} from "./history/incoming-events.ts";
import type { LiveInstances } from "./orchestrations/live-instances.ts";
import { rewindHistory } from "./orchestrations/rewind.ts";
import { TaskHubError } from "./task-hub.ts";
import type { EntityRecord, InstanceFilter, StartRequest, TaskHub } from "./task-hub.ts";

/** Implements the operations of a task hub with store, orchestrations and entities. */
export class EngineTaskHub implements TaskHub {
  readonly #parts: EngineParts;
  readonly #instances: LiveInstances;
  readonly #entities: Entities;

  constructor(parts: EngineParts, instances: LiveInstances, entities: Entities) {
    this.#parts = parts;
    this.#instances = instances;
    this.#entities = entities;
  }

  start(request: StartRequest): Promise<string> {
    const instanceId =
      request.instanceId === undefined || request.instanceId === "" ? hexId() : request.instanceId;
    return this.#parts.commits.change(() => {
      const before = this.#requireFree(instanceId);
      this.#instances.begin({
        instanceId,
        // The only id with dashes, as in the extension: its format is visible in the default ids of children.
        executionId: randomUUID(),
        name: request.name,
        version: request.version ?? this.#parts.settings.defaultVersion,
        input: request.input,
        parent: null,
        generation: nextGeneration(before),
        sourceInstanceId: null,
        traceParent: request.traceParent,
      });
      return instanceId;
    });
  }

  get(instanceId: string): Promise<Instance | undefined> {
    return this.#parts.commits.read((store) => store.instance(instanceId));
  }

  list(filter: InstanceFilter): Promise<Page<Instance>> {
    return this.#parts.commits.read((store) => store.instances(toQuery(filter)));
  }

  history(instanceId: string): Promise<readonly HistoryEvent[]> {
    return this.#parts.commits.read((store) => {
      const instance = store.instance(instanceId);
      const text = instance === undefined ? "" : store.history(instance.key);
      return JSON.parse(`[${text}]`) as HistoryEvent[];
    });
  }

  raiseEvent(instanceId: string, name: string, input: string | null): Promise<void> {
    return this.#parts.commits.change(() => {
      this.#requireUnfinished(instanceId);
      this.#sendTo(instanceId, eventRaised(this.#parts.clock.now(), name, input));
    });
  }

  terminate(instanceId: string, reason: string | null): Promise<void> {
    return this.#parts.commits.change(() => {
      this.#requireUnfinished(instanceId);
      this.#sendTo(instanceId, executionTerminated(this.#parts.clock.now(), reason));
    });
  }

  suspend(instanceId: string, reason: string | null): Promise<void> {
    return this.#parts.commits.change(() => {
      const { runtimeStatus } = this.#requireUnfinished(instanceId);
      if (runtimeStatus === "Suspended") throw wrongState("suspend", instanceId, runtimeStatus);
      this.#sendTo(instanceId, executionSuspended(this.#parts.clock.now(), reason));
    });
  }

  resume(instanceId: string, reason: string | null): Promise<void> {
    return this.#parts.commits.change(() => {
      const { runtimeStatus } = this.#requireUnfinished(instanceId);
      if (runtimeStatus !== "Suspended") throw wrongState("resume", instanceId, runtimeStatus);
      this.#sendTo(instanceId, executionResumed(this.#parts.clock.now(), reason));
    });
  }

  rewind(instanceId: string, reason: string | null): Promise<void> {
    return this.#parts.commits.change((store) => {
      const instance = this.#require(instanceId);
      if (instance.runtimeStatus !== "Failed") {
        throw new TaskHubError(
          "wrongState",
          `This orchestration has status ${instance.runtimeStatus}, but only orchestrations in the "Failed" state can be rewound.`,
        );
      }
      const now = this.#parts.clock.now();
      for (const leaf of rewindHistory(store, instance, now)) this.#sendTo(leaf, genericEvent(now, reason));
    });
  }

  restart(instanceId: string, newInstanceId: string, version?: string): Promise<void> {
    return this.#parts.commits.change(() => {
      const source = this.#require(instanceId);
      const before = this.#requireFree(newInstanceId);
      this.#instances.begin({
        instanceId: newInstanceId,
        executionId: hexId(),
        name: source.name,
        version: version ?? source.version,
        input: source.input,
        parent: null,
        generation: nextGeneration(before),
        sourceInstanceId: instanceId === newInstanceId ? null : instanceId,
        traceParent: undefined,
      });
    });
  }

  purge(instanceId: string): Promise<void> {
    return this.#parts.commits.change((store) => {
      const instance = this.#require(instanceId);
      if (instance.kind === "orchestration" && !isFinal(instance.runtimeStatus)) {
        throw new TaskHubError(
          "wrongState",
          `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instanceId} has status ${instance.runtimeStatus}`,
        );
      }
      this.#delete(store, instance);
    });
  }

  purgeBy(filter: InstanceFilter): Promise<number> {
    return this.#parts.commits.change((store) => {
      const { items } = store.instances(toQuery(filter));
      for (const instance of items) this.#delete(store, instance);
      return items.length;
    });
  }

  signalEntity(id: EntityId, operation: string, input: string | null): Promise<void> {
    return this.#parts.commits.change(() => {
      const recipient = { kind: "entity", instanceId: schedulerOf(id), executionId: null } as const;
      this.#parts.messages.send(recipient, clientSignal(this.#parts.clock.now(), operation, input));
    });
  }

  readEntity(id: EntityId): Promise<EntityRecord | undefined> {
    return this.#parts.commits.read((store) => {
      const instance = store.instance(schedulerOf(id));
      return instance?.kind === "entity" ? toEntityRecord(instance) : undefined;
    });
  }

  listEntities(filter: Parameters<TaskHub["listEntities"]>[0]): Promise<Page<EntityRecord>> {
    return this.#parts.commits.read((store) => {
      const page = store.instances({
        kind: "entity",
        prefix: filter.name === undefined ? "@" : `@${filter.name.toLowerCase()}@`,
        updatedFrom: filter.from,
        updatedTo: filter.to,
        top: filter.top,
        after: filter.continuation,
      });
      const items = page.items.map(toEntityRecord).filter((entity) => entity !== undefined);
      return {
        items: items.filter(({ id }) => id.name === id.name.toLowerCase()),
        continuation: page.continuation,
      };
    });
  }

  #require(instanceId: string): StoredInstance {
    const record = this.#instances.record(instanceId);
    if (record === undefined) {
      throw new TaskHubError("notFound", `No instance with ID '${instanceId}' found.`);
    }
    return record;
  }

  #requireUnfinished(instanceId: string): StoredInstance {
    const record = this.#require(instanceId);
    if (isFinal(record.runtimeStatus)) {
      throw new TaskHubError("finished", `The instance '${instanceId}' is ${record.runtimeStatus}.`);
    }
    return record;
  }

  /** Returns the instance that a new one with this id replaces: a finished one, or any if the settings allow it. */
  #requireFree(instanceId: string): StoredInstance | undefined {
    const record = this.#instances.record(instanceId);
    if (record === undefined || isFinal(record.runtimeStatus)) return record;
    const isAnyReplaced = this.#parts.settings.overridableExistingInstanceStates === "AnyState";
    if (!isAnyReplaced || record.kind === "entity") {
      throw new TaskHubError(
        "alreadyExists",
        `An Orchestration instance with the status ${record.runtimeStatus} already exists.`,
      );
    }
    return record;
  }

  #sendTo(instanceId: string, event: IncomingEvent): void {
    this.#parts.messages.send({ kind: "orchestration", instanceId, executionId: null }, event);
  }

  #delete(store: Store, instance: StoredInstance): void {
    store.deleteInstance(instance);
    if (instance.kind === "entity") this.#entities.forget(instance.instanceId);
    else this.#instances.forget(instance.instanceId);
  }
}

function toQuery(filter: InstanceFilter): InstanceQuery {
  return {
    prefix: filter.instanceIdPrefix,
    createdFrom: filter.createdTimeFrom,
    createdTo: filter.createdTimeTo,
    statuses: filter.runtimeStatus,
    top: filter.top,
    after: filter.continuation,
  };
}

function nextGeneration(before: StoredInstance | undefined): number {
  return before === undefined ? 0 : (before.generation ?? 0) + 1;
}

function hexId(): string {
  return randomUUID().replaceAll("-", "");
}

function wrongState(verb: string, instanceId: string, status: string): TaskHubError {
  return new TaskHubError(
    "wrongState",
    `Cannot ${verb} the orchestration instance ${instanceId} because instance is in the ${status} state.`,
  );
}
