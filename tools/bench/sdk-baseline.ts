import { InvocationContext } from "@azure/functions";
import { loadApp } from "durable-local-host";
import { BENCH_APP } from "./bench-app.ts";

type Orchestrate = (
  trigger: unknown,
  context: InvocationContext,
) => Promise<{ isDone: boolean; output: unknown }>;

const TIME = "2026-01-01T00:00:00.0000000Z";
const COMMON = { IsPlayed: false, Timestamp: TIME };
const STARTED = JSON.stringify({ EventType: 12, EventId: -1, ...COMMON });
const COMPLETED = JSON.stringify({ EventType: 13, EventId: -1, ...COMMON });

/**
 * The cost of only the SDK's replay: its orchestrator function is called once per episode with the history as JSON
 * text, as a host must do. There is no store, no clock and no queue, and activities are plain arithmetic.
 */
export class SdkBaseline {
  readonly #orchestrators: ReadonlyMap<string, Orchestrate>;

  private constructor(orchestrators: ReadonlyMap<string, Orchestrate>) {
    this.#orchestrators = orchestrators;
  }

  static async load(): Promise<SdkBaseline> {
    const { functions } = await loadApp(BENCH_APP);
    return new SdkBaseline(new Map(functions.map(({ name, callback }) => [name, callback as Orchestrate])));
  }

  /** The bench app's chain of five: six replays. */
  chain(x: number): Promise<unknown> {
    return this.#sequence("chain", x, x);
  }

  /** So many activities in sequence. */
  steps(count: number): Promise<unknown> {
    return this.#sequence("steps", count, 0);
  }

  /** The bench app's fan-out with all completions in one replay: two replays. */
  async fan(width: number): Promise<unknown> {
    const events = begin("fan", width);
    await this.#replay("fan", width, events);
    for (let id = 0; id < width; id++) events.push(scheduled(id, "identity"));
    events.push(COMPLETED, STARTED);
    for (let id = 0; id < width; id++) events.push(done(id, id));
    return (await this.#replay("fan", width, events)).output;
  }

  /** The last replay of `fanThenEvent`, with the whole history. */
  lastReplay(width: number): () => Promise<unknown> {
    const events = begin("fanThenEvent", width);
    for (let id = 0; id < width; id++) events.push(scheduled(id, "identity"));
    events.push(COMPLETED, STARTED);
    for (let id = 0; id < width; id++) events.push(done(id, id));
    events.push(COMPLETED, STARTED, raised("go"));
    return async () => (await this.#replay("fanThenEvent", width, events)).output;
  }

  async #sequence(name: string, input: number, first: number): Promise<unknown> {
    const events = begin(name, input);
    for (let value = first, step = 0; ; step++) {
      const state = await this.#replay(name, input, events);
      if (state.isDone) return state.output;
      events.push(scheduled(step, "increment"), COMPLETED, STARTED, done(step, ++value));
    }
  }

  #replay(name: string, input: number, events: readonly string[]) {
    const orchestrate = this.#orchestrators.get(name);
    if (!orchestrate) throw new Error(`The bench app has no orchestration ${name}`);
    const trigger = `{"history":[${events.join(",")}],"input":${input},"instanceId":"i","isReplaying":false,
      "parentInstanceId":null,"upperSchemaVersion":1,"upperSchemaVersionNew":3,
      "longRunningTimerIntervalDuration":"3.00:00:00","maximumShortTimerDuration":"6.00:00:00",
      "defaultHttpAsyncRequestSleepTimeMillseconds":30000}`;
    return orchestrate(JSON.parse(trigger), new InvocationContext({ functionName: name }));
  }
}

const begin = (name: string, input: number) => [
  STARTED,
  JSON.stringify({ EventType: 0, EventId: -1, ...COMMON, Name: name, Input: String(input) }),
];
const scheduled = (id: number, name: string) =>
  JSON.stringify({ EventType: 4, EventId: id, ...COMMON, Name: name, Version: "", Input: null });
const done = (id: number, result: number) =>
  JSON.stringify({ EventType: 5, EventId: -1, ...COMMON, TaskScheduledId: id, Result: String(result) });
const raised = (name: string) =>
  JSON.stringify({ EventType: 15, EventId: -1, ...COMMON, Name: name, Input: "null" });
