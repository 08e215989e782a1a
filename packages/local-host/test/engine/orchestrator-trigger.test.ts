import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { OrchestratorTrigger } from "../../src/engine/orchestrations/orchestrator-trigger.ts";
import type { FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { VirtualClock } from "../../src/virtual-clock.ts";
import { WrappedRunner } from "../support/wrapped-runner.ts";
import { START, startEngine, testRunner } from "./support/test-engine.ts";

type Given = { readonly history: readonly HistoryEvent[] };

/** Compares what each call of an orchestrator is given with the store, and with what it is after the call. */
class ComparingRunner extends WrappedRunner {
  readonly #store: MemoryStore;
  readonly given: Given[] = [];
  readonly differences: unknown[] = [];

  constructor(runner: FunctionRunner, store: MemoryStore) {
    super(runner);
    this.#store = store;
  }

  override async run(...call: Parameters<FunctionRunner["run"]>): Promise<InvocationResult> {
    const [kind, name, trigger] = call;
    if (kind === "activity" && name === "A") return { ok: false, message: "A failed", stack: "" };
    if (kind !== "orchestrator" || !(trigger instanceof OrchestratorTrigger)) return super.run(...call);
    const before = trigger.value() as Given;
    const stored = this.#stored(trigger.instanceId);
    const result = await super.run(...call);
    const [past, after] = [before.history.slice(0, stored.length), trigger.value()];
    if (executionOf(past) === executionOf(stored)) this.#compare(past, stored);
    this.#compare(after, before);
    this.#compare(JSON.parse(trigger.string), before);
    this.#compare(
      objectsIn(after).filter((each) => objectsIn(before).includes(each)),
      [],
    );
    this.given.push(before);
    return result;
  }

  /** The order of properties counts, too. */
  #compare(one: unknown, other: unknown): void {
    if (JSON.stringify(one) !== JSON.stringify(other)) this.differences.push([one, other]);
  }

  #stored(instanceId: string): readonly HistoryEvent[] {
    const key = this.#store.instance(instanceId)?.key ?? -1;
    return JSON.parse(`[${this.#store.history(key)}]`) as HistoryEvent[];
  }
}

/** After continue-as-new, the store has the history of the execution before until the episode ends. */
const executionOf = (events: readonly HistoryEvent[]) =>
  events.flatMap((event) => (event.EventType === 0 ? event.OrchestrationInstance.ExecutionId : []))[0];

function objectsIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

test("an orchestrator is given its history as it is stored, in objects of its own", async () => {
  const [store, clock] = [new MemoryStore(), new VirtualClock(START)];
  const runner = new ComparingRunner(await testRunner(), store);
  const engine = await startEngine({ runner, store, clock });
  clock.waitWith(() => engine.idle());
  const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const start = async (name: string, input: unknown = null) =>
    engine.hub.start({ name, instanceId: name, input: JSON.stringify(input), traceParent });
  for (const name of [
    "chain",
    "fan",
    "retryWithBackoff",
    "parentCatches",
    "threeEvents",
    "entityWork",
    "retriedChild",
  ]) {
    await start(name);
  }
  await start("generations", { n: 0, of: 3, guids: [] });
  await start("racePerGeneration", { seen: [], of: 3 });
  for (const id of ["racePerGeneration", "threeEvents", "threeEvents", "threeEvents"]) {
    await engine.idle();
    await engine.hub.raiseEvent(id, "Value", '{"text":"IsPlayed:false"}');
  }
  await clock.advance(3_600_000);
  await engine.stop();
  expect(runner.differences).toEqual([]);
  const types = new Set(runner.given.flatMap(({ history }) => history.map(({ EventType }) => EventType)));
  expect([...types].sort((a, b) => a - b)).toEqual([0, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15]);
});
