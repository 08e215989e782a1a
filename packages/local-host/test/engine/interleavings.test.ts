import { expect, test } from "vitest";
import { EventType } from "../../src/engine/history/events.ts";
import type { DurableKind, FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import type { TypedData } from "../../src/app/typed-data.ts";
import { SystemClock } from "../../src/clock.ts";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { seeded } from "./support/seeded.ts";
import { startEngine, testRunner, turns } from "./support/test-engine.ts";
import { WrappedRunner } from "../support/wrapped-runner.ts";

/** Delays every activity for a random number of turns, so that completions arrive in any order and grouping. */
class ShuffledActivities extends WrappedRunner {
  readonly #random: () => number;

  constructor(runner: FunctionRunner, random: () => number) {
    super(runner);
    this.#random = random;
  }

  override async run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationResult> {
    if (kind === "activity") await turns(Math.floor(this.#random() * 12));
    return super.run(kind, name, trigger, metadata);
  }
}

const WORK: readonly (readonly [name: string, input: unknown, output: unknown])[] = [
  ["chain", 10, 15],
  ["fan", 30, 435],
  ["allOfThree", undefined, [null, null, null]],
  ["fourChildren", undefined, [{ child: 0 }, { child: 1 }, { child: 2 }, { child: 3 }]],
  ["generations", { n: 0, of: 4, guids: [] }, { n: 3, different: 4 }],
  ["entityWork", "@", 5],
];

test("results and histories do not depend on the order of completions", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = seeded(seed);
    const store = new MemoryStore();
    // A new engine continues in the middle: its instances come from the store.
    const runner = new ShuffledActivities(await testRunner(), random);
    const settings = { maxConcurrentActivityFunctions: 1 + Math.floor(random() * 8) };
    const first = await startEngine({ store, runner, settings, clock: new SystemClock() });
    for (const [i, [name, input]] of WORK.entries()) {
      await first.hub.start({
        name,
        instanceId: `${name}-${i}`,
        input: input === undefined ? null : JSON.stringify(input === "@" ? `key-${seed}` : input),
      });
    }
    for (let turns = random() * 30; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    await first.stop();
    const second = await startEngine({ store, runner, settings });
    for (const [i, [name, , output]] of WORK.entries()) {
      const { runtimeStatus, output: text } = await second.waitForCompletion(`${name}-${i}`);
      expect([seed, name, runtimeStatus, JSON.parse(text ?? "null")]).toEqual([
        seed,
        name,
        "Completed",
        output,
      ]);
      const history = await second.hub.history(`${name}-${i}`);
      const ids = history.flatMap((event) =>
        event.EventId >= 0 && event.EventType !== EventType.ExecutionCompleted ? [event.EventId] : [],
      );
      expect(ids).toEqual(ids.map((_, at) => at));
      expect(history.filter((event) => event.EventType === EventType.ExecutionCompleted)).toHaveLength(1);
    }
    await second.idle();
    expect(store.unfinished()).toMatchObject({ messages: [], activities: [] });
    await second.stop();
  }
});
