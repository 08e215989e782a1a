import type { TypedData } from "../../src/app/typed-data.ts";
import type { DurableKind, FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import { WaitingInTest } from "../../src/invocation/waiting-in-test.ts";

/** A running activity. */
export interface HeldCall {
  /** Instance, generation and place in the program: unique among the calls that run. */
  readonly key: string;
  readonly instanceId: string;
  readonly input: { readonly place: string; readonly generation: number; readonly fails: number };
  readonly end: (result: InvocationResult) => void;
}

/** Runs orchestrators and entities; activities run until the test ends them. Made new for each start of an engine. */
export class HeldWork implements FunctionRunner {
  readonly waitingInTest = new WaitingInTest();
  readonly #runner: FunctionRunner;
  readonly #started: (key: string) => void;
  readonly #held = new Map<string, HeldCall>();

  /** @param started is told of each call of an activity */
  constructor(runner: FunctionRunner, started: (key: string) => void) {
    this.#runner = runner;
    this.#started = started;
  }

  /** The running activities, in an order that does not depend on the order of their starts. */
  get held(): readonly HeldCall[] {
    return [...this.#held.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  find(kind: DurableKind, name: string): string | undefined {
    return this.#runner.find(kind, name);
  }

  isDisabled(kind: DurableKind, name: string): boolean {
    return this.#runner.isDisabled(kind, name);
  }

  names(kind: DurableKind): readonly string[] {
    return this.#runner.names(kind);
  }

  run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationResult> {
    if (kind !== "activity") return this.#runner.run(kind, name, trigger, metadata);
    const input = JSON.parse(trigger?.string ?? "{}") as HeldCall["input"];
    const instanceId = metadata?.["instanceId"]?.string ?? "";
    const key = callKey(instanceId, input);
    this.#started(key);
    const isOver = this.waitingInTest.add();
    return new Promise((resolve) => {
      const end = (result: InvocationResult): void => {
        this.#held.delete(key);
        isOver();
        resolve(result);
      };
      this.#held.set(key, { key, instanceId, input, end });
    });
  }
}

export function callKey(instanceId: string, { place, generation }: HeldCall["input"]): string {
  return `${instanceId} ${place} g${generation}`;
}
