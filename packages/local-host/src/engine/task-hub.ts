import type { Instance, RuntimeStatus } from "../stores/instance.ts";
import type { Page } from "../stores/store.ts";
import { RefusedChange } from "./delivery/commit-group.ts";
import type { EntityId } from "./history/entity-id.ts";
import type { HistoryEvent } from "./history/events.ts";

/** Which instances to list; all given conditions must hold. */
export interface InstanceFilter {
  readonly instanceIdPrefix?: string | undefined;
  readonly createdTimeFrom?: number | undefined;
  readonly createdTimeTo?: number | undefined;
  readonly runtimeStatus?: readonly RuntimeStatus[] | undefined;
  readonly top?: number | undefined;
  readonly continuation?: string | undefined;
}

export interface StartRequest {
  readonly name: string;
  /** Default: a new GUID without dashes. */
  readonly instanceId?: string | undefined;
  /** JSON text, or null for no input. */
  readonly input: string | null;
  readonly version?: string | undefined;
  /** W3C `traceparent`: the trace of the instance, its activities and its children. */
  readonly traceParent?: string | undefined;
}

export interface EntityRecord {
  readonly id: EntityId;
  /** JSON text. */
  readonly state: string | null;
  readonly lastOperationTime: number;
}

/** The reason if an operation on an instance is not possible. The API maps it to 404, 410, 409 and 412. */
export class TaskHubError extends RefusedChange {
  readonly code: "notFound" | "finished" | "alreadyExists" | "wrongState";

  constructor(code: TaskHubError["code"], message: string) {
    super(message);
    this.name = "TaskHubError";
    this.code = code;
  }
}

/**
 * The engine's interface for the management API, the durable client and the test API. When a promise resolves, the
 * change is committed to the store and survives a kill of the process.
 */
export interface TaskHub {
  /** @throws {TaskHubError} `alreadyExists` if the id belongs to an instance that is not final */
  start(request: StartRequest): Promise<string>;
  get(instanceId: string): Promise<Instance | undefined>;
  list(filter: InstanceFilter): Promise<Page<Instance>>;
  /** All events of the current execution, oldest first; empty while Pending or unknown. */
  history(instanceId: string): Promise<readonly HistoryEvent[]>;
  /** @throws {TaskHubError} `notFound`, `finished` */
  raiseEvent(instanceId: string, name: string, input: string | null): Promise<void>;
  /** @throws {TaskHubError} `notFound`, `finished` */
  terminate(instanceId: string, reason: string | null): Promise<void>;
  /** @throws {TaskHubError} `notFound`, `finished`, `wrongState` */
  suspend(instanceId: string, reason: string | null): Promise<void>;
  /** @throws {TaskHubError} `notFound`, `finished`, `wrongState` */
  resume(instanceId: string, reason: string | null): Promise<void>;
  /** @throws {TaskHubError} `notFound`, `wrongState` unless Failed */
  rewind(instanceId: string, reason: string | null): Promise<void>;
  /**
   * Starts again with the same name and input (and version, unless given), under `newInstanceId` or in place. @throws
   * {TaskHubError}
   */
  restart(instanceId: string, newInstanceId: string, version?: string): Promise<void>;
  /** @throws {TaskHubError} `notFound`, `wrongState` unless final */
  purge(instanceId: string): Promise<void>;
  /** Returns the number of deleted instances. */
  purgeBy(filter: InstanceFilter): Promise<number>;
  signalEntity(id: EntityId, operation: string, input: string | null): Promise<void>;
  readEntity(id: EntityId): Promise<EntityRecord | undefined>;
  listEntities(filter: {
    readonly name?: string | undefined;
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly top?: number | undefined;
    readonly continuation?: string | undefined;
  }): Promise<Page<EntityRecord>>;
}
