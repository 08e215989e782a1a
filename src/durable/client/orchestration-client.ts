import type { FunctionInput, InvocationContext } from "@azure/functions";
import {
  type DurableClient,
  type DurableOrchestrationStatus,
  EntityId,
  getClient,
  input,
  OrchestrationRuntimeStatus,
} from "durable-functions";
import {
  type EntityContract,
  type EventContract,
  isEntityKey,
  type Operations,
  type OrchestrationContract,
} from "../orchestration/contract.ts";
import { isSafeId } from "../orchestration/instance-id.ts";
import { TaskHubUnavailable } from "../task-hub/management-endpoint.ts";

/** An instance as its contract describes it. */
export interface InstanceStatus<Input, Output, Status> {
  readonly instanceId: string;
  readonly runtimeStatus: OrchestrationRuntimeStatus;
  /** The input of the current execution. It is not validated: an instance may have been started with any input. */
  readonly input: Input;
  /** Present once the instance has completed. */
  readonly output?: Output;
  /** Last custom status, if one was set. */
  readonly status?: Status;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const FINAL: ReadonlySet<string> = new Set([
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
  OrchestrationRuntimeStatus.Canceled,
]);

/** Whether an instance has ended, so that nothing changes it any more. */
export const isFinal = ({ runtimeStatus }: { readonly runtimeStatus: string }): boolean =>
  FINAL.has(runtimeStatus);

/**
 * A typed durable client: it takes contracts instead of names, and returns results instead of error messages. Every
 * method throws `TaskHubUnavailable` while the extension is not available.
 */
export class OrchestrationClient {
  readonly #client: DurableClient;

  constructor(client: DurableClient) {
    this.#client = client;
  }

  /**
   * Starts an instance with an id that the caller derives from what makes the request unique. `exists`: an unfinished
   * instance has this id, and nothing was started. On Azure Storage, two simultaneous calls may both return `started`,
   * so callers first claim the id, and steps are idempotent as well.
   */
  async start<Input extends object>(
    orchestration: OrchestrationContract<Input, unknown, unknown>,
    instanceId: string,
    input: Input,
  ): Promise<"started" | "exists"> {
    const id = await unlessRefused(this.#client.startNew(orchestration.name, { instanceId, input }), 409);
    return id === undefined ? "exists" : "started";
  }

  /** The instance, or undefined if there is none with this id and orchestration. */
  async find<Input extends object, Output, Status>(
    orchestration: OrchestrationContract<Input, Output, Status>,
    instanceId: string,
  ): Promise<InstanceStatus<Input, Output, Status> | undefined> {
    const found = await this.#status(instanceId);
    // The extension ignores the case of names.
    if (found?.name.toLowerCase() !== orchestration.name.toLowerCase()) return undefined;
    const completed = found.runtimeStatus === OrchestrationRuntimeStatus.Completed;
    return {
      instanceId: found.instanceId,
      runtimeStatus: found.runtimeStatus,
      input: found.input as Input,
      ...(completed && { output: orchestration.output.parse(found.output) }),
      ...(isPresent(found.customStatus) && { status: orchestration.status.parse(found.customStatus) }),
      createdAt: found.createdTime,
      updatedAt: found.lastUpdatedTime,
    };
  }

  /**
   * Raises an event on a running instance. If the instance has finished (410 from the extension) or was purged, this
   * counts as success, as in the SDK. A caller that needs to know reads the status before and the result afterwards.
   *
   * @param instanceId of an instance that `find` has found
   */
  async raise<Payload extends object>(
    instanceId: string,
    event: EventContract<Payload>,
    payload: Payload,
  ): Promise<void> {
    await unlessRefused(this.#client.raiseEvent(instanceId, event.name, payload), 404);
  }

  /**
   * Ends a running instance from outside. Has no effect on an instance that has finished or was purged.
   *
   * @param instanceId of an instance that `find` has found
   */
  async terminate(instanceId: string, reason: string): Promise<void> {
    await unlessRefused(this.#client.terminate(instanceId, encodeURIComponent(reason)), 404);
  }

  /**
   * Deletes the status and history of a finished instance. `refused`: it runs, perhaps because it was started again.
   *
   * @param instanceId of an instance that `find` has found
   */
  async purge(instanceId: string): Promise<"gone" | "refused"> {
    const purged = await unlessRefused(this.#client.purgeInstanceHistory(instanceId), 412);
    return purged ? "gone" : "refused";
  }

  /** State of an entity after its last finished operation, or undefined if there was no operation for this key. */
  async readEntity<State extends object>(
    entity: EntityContract<State, Operations>,
    key: string,
  ): Promise<State | undefined> {
    if (!isEntityKey(key)) return undefined;
    const read = await unlessRefused(this.#client.readEntityState(new EntityId(entity.name, key)), 404);
    return read?.entityExists ? entity.state.parse(read.entityState) : undefined;
  }

  async #status(instanceId: string): Promise<DurableOrchestrationStatus | undefined> {
    if (!isSafeId(instanceId)) return undefined;
    return unlessRefused(this.#client.getStatus(instanceId, { showInput: true }), 404);
  }
}

/** The binding that gives a function its durable client. All functions share one value. */
export const durableClientInput: FunctionInput = input.durableClient();

/** The client of an invocation whose function has {@link durableClientInput} among its extra inputs. */
export function orchestrationClient(context: InvocationContext): OrchestrationClient {
  return new OrchestrationClient(getClient(context));
}

const isPresent = (value: unknown) => value !== null && value !== undefined && value !== "";

/** The prefix of the SDK client's errors. They have no codes, so the extension's status is only in the message. */
const STATUS = /^The operation failed with an unexpected status code: (\d{3})/;
const MISSING =
  /^(?:No instance with ID '|DurableClient error: Durable Functions extension replied with HTTP 404)/;

/**
 * The result of a call of the SDK's client, or undefined if the extension refuses it with this status.
 *
 * @throws {TaskHubUnavailable} if the extension cannot be reached, or has an internal error
 */
export async function unlessRefused<T>(call: Promise<T>, status: number): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const answered = statusIn(error);
    if (answered === status) return undefined;
    if (answered === 429 || answered >= 500) throw new TaskHubUnavailable();
    throw error;
  }
}

/** 0 if the error has no status. An error without a status comes from the SDK's HTTP client: the connection failed. */
function statusIn(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ("isAxiosError" in error) return 503;
  if (MISSING.test(error.message)) return 404;
  return Number(STATUS.exec(error.message)?.[1] ?? 0);
}
