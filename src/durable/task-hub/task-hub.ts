import type { InvocationContext } from "@azure/functions";
import { durableClientInput } from "../client/orchestration-client.ts";
import { type EntityContract, isEntityKey, type Operations } from "../orchestration/contract.ts";
import { isSafeId } from "../orchestration/instance-id.ts";
import { type ManagementAnswer, ManagementEndpoint, TaskHubUnavailable } from "./management-endpoint.ts";

/** Status of an instance as the Durable extension names it. */
export type RuntimeStatus =
  "Pending" | "Running" | "ContinuedAsNew" | "Suspended" | "Completed" | "Failed" | "Terminated" | "Canceled";

/** An instance of any orchestration. */
export interface HubInstance {
  readonly id: string;
  /** Of the orchestration; empty if the task hub has lost it. */
  readonly name: string;
  readonly version: string | undefined;
  readonly runtimeStatus: RuntimeStatus;
  readonly customStatus: unknown;
  readonly output: unknown;
  /** The same as `updatedAt` if the task hub has lost it. */
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One event of a history as the extension shows it: the scheduling of a task is merged into its completion. */
export type HubEvent = Readonly<Record<string, unknown>> & { readonly EventType: string };

/** An instance with everything that the task hub knows about its current execution. */
export interface HubRun {
  readonly instance: HubInstance;
  /** Also present if the extension keeps it in a blob because of its size. */
  readonly input: unknown;
  readonly history: readonly HubEvent[];
}

export interface HubPage<Item> {
  readonly items: readonly Item[];
  readonly continuation: string | undefined;
}

export interface InstanceQuery {
  readonly idPrefix?: string | undefined;
  readonly statuses: readonly RuntimeStatus[];
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  readonly continuation?: string | undefined;
  readonly top?: number;
}

export type InstanceCommand = "suspend" | "resume" | "terminate" | "rewind";

/** A caller sent a continuation that the task hub did not issue. */
export class UnknownContinuation extends Error {}

/** The task hub of an invocation whose function has {@link durableClientInput} among its extra inputs. */
export function taskHub(context: InvocationContext): TaskHub {
  return new TaskHub(new ManagementEndpoint(context.extraInputs.get(durableClientInput)));
}

/** The task hub for operators: instances of all orchestrations, and pages of entities. */
export class TaskHub {
  readonly #endpoint: ManagementEndpoint;

  constructor(endpoint: ManagementEndpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * A page of instances in the order of their ids, without entities. So a page may be shorter than `top`, or even
   * empty, although there are more. For an empty list of statuses, the extension would return all instances, so it is
   * answered here.
   */
  async instances(query: InstanceQuery, timeoutMs?: number): Promise<HubPage<HubInstance>> {
    if (query.statuses.length === 0) return { items: [], continuation: undefined };
    const { continuation } = query;
    const answer = await this.#endpoint.send(
      "GET",
      ["instances"],
      {
        instanceIdPrefix: query.idPrefix,
        runtimeStatus: query.statuses.join(","),
        createdTimeFrom: query.createdFrom?.toISOString(),
        createdTimeTo: query.createdTo?.toISOString(),
        showInput: "false",
        top: String(query.top ?? 100),
      },
      { continuation, ...(timeoutMs !== undefined && { timeoutMs }) },
    );
    const items = (pageOf(answer, continuation) as WireInstance[]).map(toInstance);
    return { items: items.filter(({ id }) => !id.startsWith("@")), continuation: answer.continuation };
  }

  /** All instances that match a query, page by page. */
  async *pages(query: InstanceQuery, timeoutMs?: number): AsyncGenerator<readonly HubInstance[]> {
    let { continuation } = query;
    do {
      const page = await this.instances({ ...query, continuation }, timeoutMs);
      yield page.items;
      ({ continuation } = page);
    } while (continuation !== undefined);
  }

  async instance(id: string): Promise<HubInstance | undefined> {
    if (!isSafeId(id)) return undefined;
    const answer = await this.#endpoint.send("GET", ["instances", id], { showInput: "false" });
    if (answer.status === 404) return undefined;
    if (answer.status >= 300) throw new TaskHubUnavailable();
    return toInstance(answer.body as WireInstance);
  }

  /**
   * The events of an instance's current execution, oldest first. Empty for a pending instance, and if two tasks have
   * the same id, as after a change of the code: the extension refuses to show such a history.
   */
  async history(id: string): Promise<readonly HubEvent[]> {
    return (await this.run(id))?.history ?? [];
  }

  /** An instance with its input, and with its history as `history` returns it. */
  async run(id: string): Promise<HubRun | undefined> {
    const { status, wire } = await this.#withInput(id, { showHistory: "true", showHistoryOutput: "true" });
    const found = status === 400 ? (await this.#withInput(id, {})).wire : wire;
    if (!found) return undefined;
    return { instance: toInstance(found), input: found.input, history: found.historyEvents ?? [] };
  }

  async #withInput(
    id: string,
    flags: Readonly<Record<string, string>>,
  ): Promise<{ status: number; wire?: WireInstance }> {
    if (!isSafeId(id)) return { status: 404 };
    const query = { showInput: "true", ...flags };
    const { status, body } = await this.#endpoint.send("GET", ["instances", id], query);
    if (status === 400 || status === 404) return { status };
    if (status >= 300) throw new TaskHubUnavailable();
    return { status, wire: body as WireInstance };
  }

  /** Starts an instance of any orchestration; it replaces a finished one with this id. */
  async start(name: string, id: string, input: object): Promise<"started" | "exists"> {
    const path = ["orchestrators", name, id];
    const { status } = await this.#endpoint.send("POST", path, {}, { body: input });
    if (status === 409) return "exists";
    if (status >= 300) throw new TaskHubUnavailable();
    return "started";
  }

  /** `refused`: the state of the instance does not allow it. The SDK would report success for a finished instance. */
  async command(
    id: string,
    command: InstanceCommand,
    reason: string,
  ): Promise<"accepted" | "missing" | "refused"> {
    if (!isSafeId(id)) return "missing";
    // The reason of a termination becomes the output and is parsed as JSON if possible: without quotes, `NaN` would
    // make the status unreadable.
    const text = command === "terminate" ? JSON.stringify(reason) : reason;
    const { status } = await this.#endpoint.send("POST", ["instances", id, command], { reason: text });
    if (status === 202) return "accepted";
    if (status === 404) return "missing";
    if (status === 410 || status === 412 || status === 501) return "refused";
    if (status === 500 && (await this.#isAlready(command, id))) return "refused";
    throw new TaskHubUnavailable();
  }

  /** The extension answers 500 if an equal command of another caller came first. */
  async #isAlready(command: InstanceCommand, id: string): Promise<boolean> {
    const isSuspended = (await this.instance(id))?.runtimeStatus === "Suspended";
    return (command === "suspend" && isSuspended) || (command === "resume" && !isSuspended);
  }

  /** Deletes status and history of an instance; `refused` unless it is final. */
  async purge(id: string): Promise<"purged" | "missing" | "refused"> {
    if (!isSafeId(id)) return "missing";
    const { status } = await this.#endpoint.send("DELETE", ["instances", id]);
    if (status === 200) return "purged";
    if (status === 404) return "missing";
    if (status === 412) return "refused";
    throw new TaskHubUnavailable();
  }

  /** A page of one kind of entities with their states, by key. */
  async entities<State extends object>(
    { name, state }: EntityContract<State, Operations>,
    query: { readonly continuation?: string | undefined; readonly top: number },
  ): Promise<HubPage<{ readonly key: string; readonly state: State }>> {
    const { continuation } = query;
    const path = ["entities", name.toLowerCase()];
    const parameters = { fetchState: "true", top: String(query.top) };
    const answer = await this.#endpoint.send("GET", path, parameters, { continuation });
    const items = (pageOf(answer, continuation) as WireEntity[])
      .filter((found) => isEntityKey(found.entityId.key) && found.state !== null && found.state !== undefined)
      .map((found) => ({ key: found.entityId.key, state: state.parse(asObject(found.state)) }));
    return { items, continuation: answer.continuation };
  }
}

interface WireInstance {
  readonly name: string | null;
  readonly version?: string;
  readonly instanceId: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly customStatus: unknown;
  readonly input?: unknown;
  readonly output: unknown;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
  readonly historyEvents?: readonly HubEvent[];
}

interface WireEntity {
  readonly entityId: { readonly name: string; readonly key: string };
  readonly state: unknown;
}

/** States are objects by contract, so a string can only be JSON of an object. */
function asObject(state: unknown): unknown {
  return typeof state === "string" ? JSON.parse(state) : state;
}

function pageOf({ status, body }: ManagementAnswer, continuation: string | undefined): unknown[] {
  if (status === 200 && Array.isArray(body)) return body;
  if (continuation !== undefined && (status === 400 || status === 500)) throw new UnknownContinuation();
  throw new TaskHubUnavailable();
}

/**
 * On Azure Storage, name and time of creation of a sub-orchestration are lost if the host is killed after it has written the
 * first events of the history, and before the row of the instance: later episodes write only what has changed.
 */
function toInstance(wire: WireInstance): HubInstance {
  const isCreationLost = wire.createdTime.startsWith("0001-");
  return {
    id: wire.instanceId,
    name: wire.name ?? "",
    version: wire.version,
    runtimeStatus: wire.runtimeStatus,
    customStatus: wire.customStatus,
    output: wire.output,
    createdAt: new Date(isCreationLost ? wire.lastUpdatedTime : wire.createdTime),
    updatedAt: new Date(wire.lastUpdatedTime),
  };
}
