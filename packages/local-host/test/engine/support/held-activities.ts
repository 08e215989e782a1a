import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  DurableKind,
  FunctionRunner,
  InvocationResult,
} from "../../../src/invocation/function-runner.ts";
import type { TypedData } from "../../../src/app/typed-data.ts";
import { WrappedRunner } from "../../support/wrapped-runner.ts";

interface Held {
  readonly name: string;
  readonly resolve: (result: InvocationResult) => void;
}

/** Lets a test end activities one by one; orchestrators, entities and other activities run normally. */
export class HeldActivities extends WrappedRunner {
  readonly #names: ReadonlySet<string>;
  readonly #held: Held[] = [];
  /** JSON of every orchestration trigger, oldest first. */
  readonly payloads: unknown[] = [];
  /** Names of the activities that were started, in order. */
  readonly started: string[] = [];

  constructor(runner: FunctionRunner, names: readonly string[]) {
    super(runner);
    this.#names = new Set(names);
  }

  override run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationResult> {
    if (kind === "orchestrator") this.payloads.push(JSON.parse(trigger?.string ?? "null"));
    if (kind !== "activity") return super.run(kind, name, trigger, metadata);
    this.started.push(name);
    if (!this.#names.has(name)) return super.run(kind, name, trigger, metadata);
    return new Promise((resolve) => this.#held.push({ name, resolve }));
  }

  /** Ends the longest-running activity with this name with a JSON value; waits until one has started. */
  async succeed(name: string, value: unknown): Promise<void> {
    (await this.#take(name)).resolve({ ok: true, returnValue: { json: JSON.stringify(value) } });
  }

  async fail(name: string, message: string): Promise<void> {
    (await this.#take(name)).resolve({ ok: false, message, stack: `Error: ${message}\n    at test` });
  }

  async #take(name: string): Promise<Held> {
    for (let turns = 0; turns < 100; turns++) {
      const at = this.#held.findIndex((held) => held.name === name);
      const [held] = at < 0 ? [] : this.#held.splice(at, 1);
      if (held !== undefined) return held;
      await nextTurn();
    }
    throw new Error(`The activity ${name} is not running.`);
  }
}
