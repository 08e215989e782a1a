import { asError } from "../../src/errors.ts";
import { EventType } from "../../src/engine/history/events.ts";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { Engine } from "../../src/engine/engine.ts";
import { TaskHubError } from "../../src/engine/task-hub.ts";
import type { FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import { WORKER_GONE } from "../../src/invocation/function-runner.ts";
import { isFinal } from "../../src/stores/instance.ts";
import type { Instance } from "../../src/stores/instance.ts";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import { Crash } from "../../src/testing/crash-store.ts";
import { VirtualClock } from "../../src/virtual-clock.ts";
import { START } from "../engine/support/test-engine.ts";
import { CrashingStore } from "./crashing-store.ts";
import { HeldWork, callKey } from "./held-work.ts";
import type { HeldCall } from "./held-work.ts";
import { Facts, inputOf } from "./oracle.ts";
import type { Ended } from "./oracle.ts";
import { EVENTS } from "./program.ts";
import type { Program } from "./program.ts";
import type { Happening, Schedule } from "./schedule.ts";

export const ROOT = "root";
/** To which instances something can happen; others would refuse it. An event may also come too late. */
const TARGETS: Readonly<
  Record<"raise" | "suspend" | "resume" | "terminate" | "rewind", (of: Instance) => boolean>
> = {
  raise: () => true,
  suspend: ({ runtimeStatus }) => runtimeStatus !== "Suspended" && !isFinal(runtimeStatus),
  resume: ({ runtimeStatus }) => runtimeStatus === "Suspended",
  terminate: ({ runtimeStatus }) => !isFinal(runtimeStatus),
  rewind: ({ runtimeStatus }) => runtimeStatus === "Failed",
};
/** No program needs as many happenings to end. */
const MAX_HAPPENINGS = 400;
const MAX_REWINDS = 3;

/**
 * Runs one program in virtual time while the happenings of a schedule come from outside, one after the other: each
 * begins when nothing can run any more. A crash during a happening loses what is not committed; the next engine on the
 * same file continues, and the client repeats what was not acknowledged.
 */
export class RandomRun {
  readonly clock = new VirtualClock(START);
  readonly facts = new Facts();
  readonly file: string;
  readonly #runner: FunctionRunner;
  readonly #schedule: Schedule;
  #store: CrashingStore;
  #work: HeldWork;
  #engine: Engine;
  #failure: Error | undefined;
  #isDown = false;
  #happened = 0;
  #rewinds = 0;

  private constructor(file: string, runner: FunctionRunner, schedule: Schedule) {
    this.file = file;
    this.#runner = runner;
    this.#schedule = schedule;
    [this.#store, this.#work, this.#engine] = this.#open();
    this.clock.waitWith(() => this.#engine.idle());
  }

  /** Starts the program, lets everything happen, and continues until all instances have ended. */
  static async toTheEnd(
    file: string,
    runner: FunctionRunner,
    program: Program,
    schedule: Schedule,
  ): Promise<RandomRun> {
    const run = new RandomRun(file, runner, schedule);
    await run.#engine.start();
    const input = JSON.stringify(program);
    await run.#happen(run.#once(() => run.hub.start({ name: "program", instanceId: ROOT, input })));
    for (const happening of schedule.happenings) await run.#perform(happening);
    await run.#finish();
    return run;
  }

  get hub() {
    return this.#engine.hub;
  }

  get store() {
    return this.#store.store;
  }

  close(): void {
    this.#store.store.close();
  }

  async instances(): Promise<readonly Instance[]> {
    const { items } = await this.hub.list({});
    return items.filter(({ instanceId }) => !instanceId.startsWith("@"));
  }

  async ended(): Promise<readonly Ended[]> {
    const instances = await this.instances();
    return Promise.all(
      instances.map(async (instance) => ({ instance, history: await this.hub.history(instance.instanceId) })),
    );
  }

  #open(): [CrashingStore, HeldWork, Engine] {
    const store = new CrashingStore(new SqliteStore(this.file));
    const work = new HeldWork(this.#runner, this.facts);
    const engine = new Engine({
      runner: work,
      store: store.store,
      clock: this.clock,
      settings: { strict: true, storeInputsInOrchestrationHistory: true },
      onFailure: (error) => {
        if (error instanceof Crash) {
          this.#isDown = true;
          this.facts.crashes++;
        } else this.#failure ??= asError(error);
      },
    });
    return [store, work, engine];
  }

  /** Carries out what comes from outside; `act` is called again after a crash and does what is not acknowledged. */
  async #happen(act: () => Promise<void>): Promise<void> {
    const { crash, death } = this.#nextFaults();
    if (crash !== null) this.#store.crashAfter(crash);
    if (death !== null) this.#work.callsUntilDeath = death;
    await act();
    await this.#settle();
    this.#work.callsUntilDeath = Infinity;
    if (crash === null) return;
    await this.#crash();
    await this.#reopen();
    await act();
    await this.#settle();
  }

  /** The host is down for a while; a crash interrupts its next start. */
  async #beDown(seconds: number): Promise<void> {
    const { crash } = this.#nextFaults();
    await this.#crash();
    await this.clock.advance(seconds * 1000);
    await this.#reopen(crash ?? Infinity);
    if (crash === null) return;
    await this.#crash();
    await this.#reopen();
  }

  #nextFaults(): { readonly crash: number | null; readonly death: number | null } {
    const { crashes, deaths } = this.#schedule;
    const at = this.#happened++;
    return { crash: crashes[at] ?? null, death: deaths[at] ?? null };
  }

  /** From here on, the engine writes nothing, and its alarms are cancelled. */
  async #crash(): Promise<void> {
    this.#store.crashAfter(0);
    await this.#engine.stop();
    this.#store.store.close();
  }

  async #reopen(commits = Infinity): Promise<void> {
    [this.#store, this.#work, this.#engine] = this.#open();
    this.#isDown = false;
    this.#store.crashAfter(commits);
    await this.#engine.start();
    await this.#settle();
  }

  async #settle(): Promise<void> {
    await this.#engine.idle();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** A client's call, which is repeated until it is acknowledged or refused. */
  #once(...calls: readonly (() => Promise<unknown>)[]): () => Promise<void> {
    const open = new Set(calls);
    return async () => {
      await Promise.all(
        [...open].map(async (call) => {
          try {
            await call();
          } catch (error) {
            if (error instanceof Crash) return;
            if (!(error instanceof TaskHubError)) throw error;
          }
          open.delete(call);
        }),
      );
    };
  }

  async #perform(happening: Happening): Promise<void> {
    const { held } = this.#work;
    switch (happening.do) {
      case "finish":
        return this.#happen(
          await this.#end(held.length === 0 ? [] : held.slice(happening.which % held.length).slice(0, 1)),
        );
      case "finishAll":
        return this.#happen(await this.#end(held));
      case "killWorker":
        this.facts.kills += held.length;
        return this.#happen(await this.#end(held, WORKER_GONE));
      case "nextTimer":
        return this.#happen(this.#pass(this.clock.nextDue ?? this.clock.now()));
      case "pass":
        return this.#happen(this.#pass(this.clock.now() + happening.seconds * 1000));
      case "beDown":
        return this.#beDown(happening.seconds);
      case "signal":
        return this.#happen(
          this.#once(() =>
            this.hub.signalEntity({ name: "tally", key: "shared" }, "add", String(happening.n)),
          ),
        );
      default:
        return this.#happen(await this.#toInstance(happening));
    }
  }

  async #toInstance(happening: Extract<Happening, { readonly to: number }>): Promise<() => Promise<void>> {
    const instances = (await this.instances()).filter(TARGETS[happening.do]);
    const { instanceId: id, input } = instances[happening.to % instances.length] ?? {};
    if (id === undefined) return this.#once();
    switch (happening.do) {
      case "terminate":
        // As with the extension, a terminated instance keeps its lock, and others would wait for it forever.
        return this.#once(...(input?.includes("locked") === true ? [] : [() => this.#terminate(id)]));
      case "raise": {
        const { event, times } = happening;
        const value = `${event}${this.#happened}`;
        return this.#once(...Array.from({ length: times }, () => this.#raise(id, event, value)));
      }
      case "rewind":
        return this.#once(() => this.#rewind(id));
      default:
        return this.#once(() => this.hub[happening.do](id, happening.do));
    }
  }

  async #terminate(id: string): Promise<void> {
    await this.hub.terminate(id, "enough");
    this.facts.terminated.add(id);
  }

  #raise(id: string, event: string, value: string): () => Promise<void> {
    return async () => {
      this.facts.raised.set(id, (this.facts.raised.get(id) ?? new Set()).add(value));
      await this.hub.raiseEvent(id, event, JSON.stringify(value));
    };
  }

  /** Ends activities: as the program says, or with the same result for all. */
  async #end(calls: readonly HeldCall[], result?: InvocationResult): Promise<() => Promise<void>> {
    const ends = new Map<string, InvocationResult>();
    for (const call of calls) ends.set(call.key, result ?? (await this.#resultOf(call)));
    return () => {
      for (const [key, end] of ends) this.#work.held.find((call) => call.key === key)?.end(end);
      return Promise.resolve();
    };
  }

  /** The first attempts fail. Attempts whose result was lost do not count, so that a crash changes nothing. */
  async #resultOf({ key, instanceId, input }: HeldCall): Promise<InvocationResult> {
    const history = await this.hub.history(instanceId);
    const failures = failuresOf(history).filter((failed) => callKey(instanceId, failed) === key).length;
    if (!this.facts.isRepaired && failures < input.fails) return { ok: false, message: "not yet", stack: "" };
    return { ok: true, returnValue: { json: JSON.stringify(`done ${input.place}`) } };
  }

  /** Lets everything that is due happen until then, each at its own time. While the engine is down, time stands still. */
  #pass(until: number): () => Promise<void> {
    return async () => {
      for (let due = this.clock.nextDue; due !== undefined && due <= until; due = this.clock.nextDue) {
        await this.clock.jump();
        await this.#engine.idle();
        if (this.#isDown) return;
      }
      if (until > this.clock.now()) await this.clock.advanceTo(until);
    };
  }

  /** Continues everything until all instances have ended and nothing is due. */
  async #finish(): Promise<void> {
    for (let i = 0; i < MAX_HAPPENINGS; i++) {
      const open = (await this.instances()).filter(({ runtimeStatus }) => !isFinal(runtimeStatus));
      const suspended = open.filter(({ runtimeStatus }) => runtimeStatus === "Suspended");
      if (suspended.length > 0) {
        await this.#happen(
          this.#once(
            ...suspended.map(
              ({ instanceId }) =>
                () =>
                  this.hub.resume(instanceId, "end"),
            ),
          ),
        );
      } else if (this.#work.held.length > 0) await this.#perform({ do: "finishAll" });
      else if (this.clock.nextDue !== undefined) await this.#perform({ do: "nextTimer" });
      else if (open.length > 0) await this.#raiseAll(open);
      else if (!(await this.#mayRewind())) return;
    }
    throw new Error("The program does not end.");
  }

  /** Rewinds the program if it has failed because its worker died, but not forever. */
  async #mayRewind(): Promise<boolean> {
    const { runtimeStatus } = (await this.hub.get(ROOT)) ?? {};
    if (runtimeStatus !== "Failed" || this.facts.deaths === 0 || this.#rewinds === MAX_REWINDS) return false;
    this.#rewinds++;
    await this.#happen(this.#once(() => this.#rewind(ROOT)));
    return true;
  }

  async #rewind(id: string): Promise<void> {
    await this.hub.rewind(id, "again");
    this.facts.isRepaired = true;
  }

  async #raiseAll(open: readonly Instance[]): Promise<void> {
    const calls = open.flatMap(({ instanceId }) =>
      EVENTS.map((event) => this.#raise(instanceId, event, `${event}${this.#happened}`)),
    );
    await this.#happen(this.#once(...calls));
  }
}

/** The inputs of the activities that have failed, once for each failure. */
function failuresOf(history: readonly HistoryEvent[]): HeldCall["input"][] {
  const inputs = new Map<number, HeldCall["input"]>();
  const failed: HeldCall["input"][] = [];
  for (const event of history) {
    if (event.EventType === EventType.TaskScheduled) {
      inputs.set(event.EventId, inputOf(event.Input));
    } else if (event.EventType === EventType.TaskFailed) {
      const input = inputs.get(event.TaskScheduledId);
      if (input !== undefined) failed.push(input);
    }
  }
  return failed;
}
