import { asError } from "../../src/errors.ts";
import { Engine } from "../../src/engine/engine.ts";
import { TaskHubError } from "../../src/engine/task-hub.ts";
import type { FunctionRunner } from "../../src/invocation/function-runner.ts";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import { Crash } from "../../src/testing/crash-store.ts";
import { VirtualClock } from "../../src/virtual-clock.ts";
import { START } from "../engine/support/test-engine.ts";
import { CrashingStore } from "./crashing-store.ts";
import { HeldWork } from "./held-work.ts";
import type { Facts } from "./facts.ts";
import type { Schedule } from "./schedule.ts";

type Faults = Pick<Schedule, "crashes" | "deaths">;

/**
 * A host in virtual time to which something happens from outside, one after the other: each begins when nothing can run
 * any more. A crash in the meantime loses what is not committed; the next engine on the same file continues, and the
 * client repeats what was not acknowledged.
 */
export class RandomHost {
  readonly clock = new VirtualClock(START);
  readonly #file: string;
  readonly #runner: FunctionRunner;
  readonly #faults: Faults;
  readonly #facts: Facts;
  #store: CrashingStore;
  #work: HeldWork;
  #engine: Engine;
  #failure: Error | undefined;
  #isDown = false;
  #happened = 0;

  private constructor(file: string, runner: FunctionRunner, faults: Faults, facts: Facts) {
    this.#file = file;
    this.#runner = runner;
    this.#faults = faults;
    this.#facts = facts;
    [this.#store, this.#work, this.#engine] = this.#open();
    this.clock.waitWith(() => this.#engine.idle());
  }

  static async start(
    file: string,
    runner: FunctionRunner,
    faults: Faults,
    facts: Facts,
  ): Promise<RandomHost> {
    const host = new RandomHost(file, runner, faults, facts);
    await host.#engine.start();
    return host;
  }

  get hub() {
    return this.#engine.hub;
  }

  get store() {
    return this.#store.store;
  }

  get work() {
    return this.#work;
  }

  /** How many things have happened, this one included. */
  get happened(): number {
    return this.#happened;
  }

  /** Carries out what comes from outside; `act` is called again after a crash and does what is not acknowledged. */
  async happen(act: () => Promise<void>): Promise<void> {
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

  /** Calls of a client, each of which is repeated until it is acknowledged or refused. */
  async call(...calls: readonly (() => Promise<unknown>)[]): Promise<void> {
    const open = new Set(calls);
    await this.happen(async () => {
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
    });
  }

  /** Lets everything that is due happen until then, each at its own time. While the engine is down, time stands still. */
  async pass(until: number): Promise<void> {
    await this.happen(async () => {
      for (let due = this.clock.nextDue; due !== undefined && due <= until; due = this.clock.nextDue) {
        await this.clock.jump();
        await this.#engine.idle();
        if (this.#isDown) return;
      }
      if (until > this.clock.now()) await this.clock.advanceTo(until);
    });
  }

  /** Stops, and starts again later; a crash interrupts its next start. */
  async beDown(seconds: number): Promise<void> {
    const { crash } = this.#nextFaults();
    await this.#crash();
    await this.clock.advance(seconds * 1000);
    await this.#reopen(crash ?? Infinity);
    if (crash === null) return;
    await this.#crash();
    await this.#reopen();
  }

  #open(): [CrashingStore, HeldWork, Engine] {
    const store = new CrashingStore(new SqliteStore(this.#file, { synchronous: "OFF" }));
    const work = new HeldWork(this.#runner, this.#facts);
    const engine = new Engine({
      runner: work,
      store: store.store,
      clock: this.clock,
      settings: { strict: true, storeInputsInOrchestrationHistory: true },
      onFailure: (error) => {
        if (error instanceof Crash) {
          this.#isDown = true;
          this.#facts.crashes++;
        } else this.#failure ??= asError(error);
      },
    });
    return [store, work, engine];
  }

  #nextFaults(): { readonly crash: number | null; readonly death: number | null } {
    const { crashes, deaths } = this.#faults;
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
}
