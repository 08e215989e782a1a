import type { TaskHub } from "../engine/task-hub.ts";
import type { Instance, RuntimeStatus } from "../stores/instance.ts";
import { type HistoryRow, historyRows, historyTable } from "./history-table.ts";

/** An instance as a test sees it: JSON texts parsed, absent ones null. */
export interface InstanceView {
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
}

/** What a test instance needs of its host. It outlives restarts, so nothing is kept of the host itself. */
export interface InstanceHost {
  readonly hub: TaskHub;
  settle(): Promise<void>;
  /** Moves virtual time until `done`, as far as anything is due before the host's horizon. */
  jumpUntil(done: () => Promise<boolean>): Promise<boolean>;
  replays(instanceId: string): number;
}

const FINAL: ReadonlySet<RuntimeStatus> = new Set(["Completed", "Failed", "Terminated", "Canceled"]);

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

  /** The instance as it is now, after all that can run has run. @throws {Error} if there is none of this id */
  async status(): Promise<InstanceView> {
    await this.#host().settle();
    const instance = await this.#host().hub.get(this.id);
    if (!instance) throw new Error(`There is no instance ${this.id}`);
    return view(instance);
  }

  /**
   * The instance once it has ended. Time jumps from one due moment to the next until it has.
   *
   * @throws {Error} with its history if nothing is due before the host's horizon: it waits for an event, say
   */
  async completion(): Promise<InstanceView> {
    return this.waitUntil(({ runtimeStatus }) => FINAL.has(runtimeStatus), "end");
  }

  /** The instance once `test` holds for it, time jumping on as for `completion`. */
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

  /** Raises an external event and lets what it sets off come to rest. */
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

  /** The history of the current execution, a row an event, and the instance's problems behind it. */
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

/** Failure texts and reasons are stored as they are, not as JSON. */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
