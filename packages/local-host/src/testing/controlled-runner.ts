import type { Clock } from "../clock.ts";
import { fromTypedData } from "../invocation/trigger-metadata.ts";
import { WaitingInTest } from "../invocation/waiting-in-test.ts";
import type { DurableKind, FunctionRunner, InvocationResult } from "../invocation/function-runner.ts";
import { WorkerProcess } from "../invocation/worker-process.ts";
import { OrchestratorTrigger } from "../engine/orchestrations/orchestrator-trigger.ts";
import { type TypedData } from "../app/typed-data.ts";
import { ActivityControl } from "./activity-control.ts";

/** Wraps the app's runner in tests: applies the activity controls and counts the replays of each orchestrator. */
export class ControlledRunner implements FunctionRunner {
  /** New with every start of the host, because calls of a stopped host no longer count. */
  readonly waitingInTest = new WaitingInTest();
  readonly #real: FunctionRunner;
  readonly #clock: Clock;
  readonly #controls: Map<string, ActivityControl>;
  readonly #replays: Map<string, number>;
  readonly #worker = new WorkerProcess();
  /** Aborted when the current worker ends: an activity that is held at that time never runs. */
  #life = new AbortController();
  #callsLeft = Infinity;

  /** @param shared the state that survives a crash of the host: controls and counts of an earlier runner */
  constructor(
    real: FunctionRunner,
    clock: Clock,
    shared: { controls: Map<string, ActivityControl>; replays: Map<string, number> },
  ) {
    this.#real = real;
    this.#clock = clock;
    this.#controls = shared.controls;
    this.#replays = shared.replays;
  }

  find(kind: DurableKind, name: string): string | undefined {
    return this.#real.find(kind, name);
  }

  isDisabled(kind: DurableKind, name: string): boolean {
    return this.#real.isDisabled(kind, name);
  }

  names(kind: DurableKind): readonly string[] {
    return this.#real.names(kind);
  }

  /** @throws {Error} if the app has no such activity, with the names that it has */
  activity(name: string): ActivityControl {
    const registered = this.find("activity", name);
    if (registered === undefined) {
      throw new Error(`The app has no activity ${name}. It has: ${this.names("activity").join(", ")}`);
    }
    const control = this.#controls.get(registered) ?? new ActivityControl(registered, this.#clock);
    this.#controls.set(registered, control);
    return control;
  }

  /** @throws {Error} if the app has no such entity, with the names that it has */
  checkEntity(name: string): void {
    if (this.find("entity", name) !== undefined) return;
    throw new Error(`The app has no entity ${name}. It has: ${this.names("entity").join(", ")}`);
  }

  /** How often the instance's orchestrator has run so far. */
  replays(instanceId: string): number {
    return this.#replays.get(instanceId) ?? 0;
  }

  run(
    kind: DurableKind,
    name: string,
    trigger: TypedData | undefined,
    metadata?: Readonly<Record<string, TypedData>>,
    traceParent?: string,
  ): Promise<InvocationResult> {
    const real = () => this.#real.run(kind, name, trigger, metadata, traceParent);
    if (kind === "orchestrator") this.#countReplay(trigger);
    const { signal } = this.#life;
    if (kind !== "activity") return this.#resultOf(signal, real());
    const instanceId = metadata?.["instanceId"]?.string ?? "";
    const call = { input: fromTypedData(trigger), instanceId, at: this.#clock.now() };
    return this.#resultOf(signal, this.activity(name).run(call, real, this.waitingInTest, signal));
  }

  killWorker(): void {
    this.#callsLeft = Infinity;
    const old = this.#life;
    this.#life = new AbortController();
    this.#worker.kill();
    old.abort();
  }

  /** Lets this many more calls end. Ends the worker after the next call has run, before its result is received. */
  killWorkerAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** Whether `killWorkerAfter` has been called and the worker has not ended yet. */
  get isWorkerDoomed(): boolean {
    return this.#callsLeft !== Infinity;
  }

  /** The result of a call, unless its worker dies first. */
  #resultOf(life: AbortSignal, call: Promise<InvocationResult>): Promise<InvocationResult> {
    const ended = call.then((result) => {
      if (!life.aborted && this.#callsLeft-- <= 0) this.killWorker();
      return result;
    });
    return this.#worker.answerOf(ended);
  }

  #countReplay(trigger: TypedData | undefined): void {
    if (!(trigger instanceof OrchestratorTrigger)) return;
    const { instanceId } = trigger;
    this.#replays.set(instanceId, this.replays(instanceId) + 1);
  }
}
