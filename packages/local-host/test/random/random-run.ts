import type { FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import { WORKER_GONE } from "../../src/invocation/function-runner.ts";
import { isFinal } from "../../src/stores/instance.ts";
import type { Instance } from "../../src/stores/instance.ts";
import type { HeldCall } from "./held-work.ts";
import { failuresOf } from "./tasks-of-history.ts";
import { Facts } from "./facts.ts";
import type { Ended } from "./oracle.ts";
import { EVENTS } from "./program.ts";
import type { Program } from "./program.ts";
import { RandomHost } from "./random-host.ts";
import type { Happening, Schedule } from "./schedule.ts";

const ROOT = "root";

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

/** One program, while the happenings of a schedule come from outside. */
export class RandomRun {
  readonly facts: Facts;
  readonly file: string;
  readonly host: RandomHost;

  readonly #program: Program;

  private constructor(file: string, host: RandomHost, facts: Facts, program: Program) {
    this.file = file;
    this.host = host;
    this.facts = facts;
    this.#program = program;
  }

  /** Starts the program, and lets everything happen. */
  static async of(
    file: string,
    runner: FunctionRunner,
    program: Program,
    schedule: Schedule,
  ): Promise<RandomRun> {
    const facts = new Facts();
    const host = await RandomHost.start(file, runner, schedule, facts);
    const run = new RandomRun(file, host, facts, program);
    const input = JSON.stringify(program);
    await host.call(() => run.hub.start({ name: "program", instanceId: ROOT, input }));
    for (const happening of schedule.happenings) await run.#perform(happening);
    return run;
  }

  get hub() {
    return this.host.hub;
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

  /** Ends all running activities. */
  finishAll(): Promise<void> {
    return this.#end(this.host.work.held);
  }

  /** Lets time pass until the next timer. */
  nextTimer(): Promise<void> {
    return this.host.pass(this.host.clock.nextDue ?? this.host.clock.now());
  }

  /** Raises each event to each of the instances. */
  raiseAll(instances: readonly Instance[]): Promise<void> {
    const { happened } = this.host;
    return this.host.call(
      ...instances.flatMap(({ instanceId }) =>
        EVENTS.map((event) => () => this.#raise(instanceId, event, `${event}${happened}`)),
      ),
    );
  }

  async terminate(id: string): Promise<void> {
    await this.hub.terminate(id, "enough");
    this.facts.terminated.add(id);
  }

  async rewind(id: string): Promise<void> {
    await this.hub.rewind(id, "again");
    this.facts.isRepaired = true;
  }

  async #perform(happening: Happening): Promise<void> {
    const { held } = this.host.work;
    switch (happening.do) {
      case "finish":
        return this.#end(held.length === 0 ? [] : held.slice(happening.which % held.length).slice(0, 1));
      case "finishAll":
        return this.finishAll();
      case "killWorker":
        this.facts.kills += held.length;
        if (held.length > 0) this.facts.happened.add("killWorker");
        return this.#end(held, WORKER_GONE);
      case "nextTimer":
        return this.nextTimer();
      case "pass":
        return this.host.pass(this.host.clock.now() + happening.seconds * 1000);
      case "beDown":
        this.facts.happened.add("beDown");
        return this.host.beDown(happening.seconds);
      case "signal": {
        const shared = { name: "tally", key: "shared" };
        return this.host.call(() => this.hub.signalEntity(shared, "add", String(happening.n)));
      }
      default:
        return this.host.call(...(await this.#toInstance(happening)));
    }
  }

  async #toInstance(
    happening: Extract<Happening, { readonly to: number }>,
  ): Promise<(() => Promise<void>)[]> {
    if (happening.do === "terminate" && this.#hasLocks) return [];
    const instances = (await this.instances()).filter(TARGETS[happening.do]);
    const { instanceId: id } = instances[happening.to % instances.length] ?? {};
    if (id === undefined) return [];
    this.facts.happened.add(happening.do);
    switch (happening.do) {
      case "terminate":
        return [() => this.terminate(id)];
      case "raise": {
        const { event, times } = happening;
        const value = `${event}${this.host.happened}`;
        return Array.from({ length: times }, () => () => this.#raise(id, event, value));
      }
      case "rewind":
        return [() => this.rewind(id)];
      default:
        return [() => this.hub[happening.do](id, happening.do)];
    }
  }

  /**
   * As with the extension, a terminated instance keeps its lock, and others would wait for it forever; so does a parent
   * that fails because the SDK cannot read the failure of a terminated child.
   */
  get #hasLocks(): boolean {
    return JSON.stringify(this.#program).includes('"locked"');
  }

  async #raise(id: string, event: string, value: string): Promise<void> {
    const raised = this.facts.raisedTo(id);
    raised.sent.add(value);
    await this.hub.raiseEvent(id, event, JSON.stringify(value));
    raised.accepted.push(value);
  }

  /** Ends activities: as the program says, or with the same result for all. */
  async #end(calls: readonly HeldCall[], result?: InvocationResult): Promise<void> {
    const ends = new Map<string, InvocationResult>();
    for (const call of calls) ends.set(call.key, result ?? (await this.#resultOf(call)));
    await this.host.happen(() => {
      for (const [key, end] of ends) this.host.work.held.find((call) => call.key === key)?.end(end);
      return Promise.resolve();
    });
  }

  /** The first attempts fail. Attempts whose result was lost do not count, so that a crash changes nothing. */
  async #resultOf({ key, instanceId, input }: HeldCall): Promise<InvocationResult> {
    const failed = failuresOf(instanceId, await this.hub.history(instanceId));
    const failures = failed.filter((failedKey) => failedKey === key).length;
    if (!this.facts.isRepaired && failures < input.fails) return { ok: false, message: "not yet", stack: "" };
    return { ok: true, returnValue: { json: JSON.stringify(`done ${input.place}`) } };
  }
}
