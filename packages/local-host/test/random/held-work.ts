import type { Facts } from "./facts.ts";
import type { TypedData } from "../../src/app/typed-data.ts";
import type { DurableKind, FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import { WORKER_GONE } from "../../src/invocation/function-runner.ts";
import { WaitingInTest } from "../../src/invocation/waiting-in-test.ts";
import { WorkerProcess } from "../../src/invocation/worker-process.ts";
import { WrappedRunner } from "../support/wrapped-runner.ts";

/** A running activity, or several with one key, as after two rewinds: they end together. */
export interface HeldCall {
  /** Instance, generation and place in the program. */
  readonly key: string;
  readonly instanceId: string;
  readonly input: { readonly place: string; readonly generation: number; readonly fails: number };
  readonly end: (result: InvocationResult) => void;
}

/**
 * Runs orchestrators and entities; activities run until the test ends them. Their worker process can die. Made new for
 * each start of an engine.
 */
export class HeldWork extends WrappedRunner {
  readonly waitingInTest = new WaitingInTest();
  readonly #facts: Facts;
  readonly #worker = new WorkerProcess();
  readonly #held = new Map<string, HeldCall>();
  /** How many calls of orchestrators and entities end before the worker dies during the next one. */
  callsUntilDeath = Infinity;

  constructor(runner: FunctionRunner, facts: Facts) {
    super(runner);
    this.#facts = facts;
  }

  /** The running activities, in an order that does not depend on the order of their starts. */
  get held(): readonly HeldCall[] {
    return [...this.#held.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  override run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationResult> {
    if (kind !== "activity") return this.#worker.answerOf(this.#call(kind, name, trigger, metadata));
    const input = JSON.parse(trigger?.string ?? "{}") as HeldCall["input"];
    const instanceId = metadata?.["instanceId"]?.string ?? "";
    const key = callKey(instanceId, input);
    this.#facts.ran(key);
    const isOver = this.waitingInTest.add();
    const same = this.#held.get(key);
    return new Promise((resolve) => {
      const end = (result: InvocationResult): void => {
        same?.end(result);
        this.#held.delete(key);
        isOver();
        resolve(result);
      };
      this.#held.set(key, { key, instanceId, input, end });
    });
  }

  /** The calls in progress have no result. */
  killWorker(): void {
    this.callsUntilDeath = Infinity;
    this.#facts.kills += this.#held.size;
    for (const { end } of this.held) end(WORKER_GONE);
    this.#worker.kill();
  }

  async #call(...call: Parameters<FunctionRunner["run"]>): Promise<InvocationResult> {
    const result = await super.run(...call);
    if (this.callsUntilDeath-- > 0) return result;
    this.#facts.deaths++;
    this.killWorker();
    return result;
  }
}

export function callKey(instanceId: string, { place, generation }: HeldCall["input"]): string {
  return `${instanceId} ${place} g${generation}`;
}
