import { jsonOrText } from "../json.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import { type Instance, isFinal, type RuntimeStatus } from "../stores/instance.ts";
import { type HistoryRow, historyRows, historyTable } from "./history-table.ts";

/** An instance as a test sees it: JSON texts are parsed, absent ones are null. */
export interface InstanceView {
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
}

/**
 * The parts of the host that a test instance needs. An instance survives restarts of the host, so it keeps no reference
 * to it.
 */
export interface InstanceHost {
  readonly hub: TaskHub;
  settle(): Promise<void>;
  /** Moves virtual time until `done`, as long as something is due before the host's horizon. */
  jumpUntil(done: () => Promise<boolean>): Promise<boolean>;
  replays(instanceId: string): number;
}

/** One orchestration instance under test. */
export class TestInstance {
  readonly id: string;
  readonly #host: () => InstanceHost;

  constructor(id: string, host: () => InstanceHost) {
    this.id = id;
    this.#host = host;
  }

  /** How often its orchestrator has run so far, continued executions included. */
  get replays(): number {
    return this.#host().replays(this.id);
  }

  /**
   * The current instance, after everything that can run has run. @throws {Error} if there is no instance with this id
   */
  async status(): Promise<InstanceView> {
    await this.#host().settle();
    const instance = await this.#host().hub.get(this.id);
    if (!instance) throw new Error(`There is no instance with id ${this.id}`);
    return view(instance);
  }

  /**
   * The instance once it has ended. Time jumps from one due time to the next until then.
   *
   * @throws {Error} with its history if nothing is due before the host's horizon, for example if it waits for an event
   */
  async completion(): Promise<InstanceView> {
    return this.waitUntil(({ runtimeStatus }) => isFinal(runtimeStatus), "end");
  }

  /** The instance once `test` returns true; time jumps as for `completion`. */
  async waitUntil(test: (instance: InstanceView) => boolean, what = "get there"): Promise<InstanceView> {
    let last: InstanceView | undefined;
    const isThere = async () => {
      const instance = await this.#host().hub.get(this.id);
      last = instance && view(instance);
      return last !== undefined && test(last);
    };
    if ((await this.#host().jumpUntil(isThere)) && last) return last;
    throw new Error(
      `${this.id} does not ${what}: it is ${last?.runtimeStatus ?? "unknown"} and nothing is due that changes it.\n${await this.historyTable()}`,
    );
  }

  /** Raises an external event and waits until its effects are done. */
  async raise(event: string, payload: unknown = null): Promise<void> {
    await this.#host().hub.raiseEvent(this.id, event, JSON.stringify(payload));
    await this.#host().settle();
  }

  async terminate(reason: string): Promise<void> {
    await this.#host().hub.terminate(this.id, reason);
    await this.#host().settle();
  }

  async suspend(reason: string): Promise<void> {
    await this.#host().hub.suspend(this.id, reason);
    await this.#host().settle();
  }

  async resume(reason: string): Promise<void> {
    await this.#host().hub.resume(this.id, reason);
    await this.#host().settle();
  }

  /** The history of the current execution, one row for each event, followed by the instance's problems. */
  async history(): Promise<HistoryRow[]> {
    const host = this.#host();
    await host.settle();
    const instance = await host.hub.get(this.id);
    return historyRows(await host.hub.history(this.id), instance?.problems);
  }

  /** The history as text, to print or to compare. */
  async historyTable(): Promise<string> {
    return historyTable(await this.history());
  }
}

function view(instance: Instance): InstanceView {
  const { instanceId, name, runtimeStatus } = instance;
  return {
    instanceId,
    name,
    runtimeStatus,
    input: parsed(instance.input),
    output: parsed(instance.output),
    customStatus: parsed(instance.customStatus),
  };
}

/** Failure messages and reasons are stored as plain text, not as JSON. */
function parsed(text: string | null): unknown {
  return text === null ? null : jsonOrText(text);
}
