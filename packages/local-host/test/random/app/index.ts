import * as df from "durable-functions";
import type { EntityContext, OrchestrationContext, Task as DurableTask, TimerTask } from "durable-functions";
import { RETRY_SECONDS, type Program, type Seen, type Step, type Task } from "../program.ts";

/** Interprets random programs with the official SDK. */

type Df = OrchestrationContext["df"];
type Flow<T> = Generator<DurableTask, T, never>;

const SHARED = new df.EntityId("tally", "shared");

// The test decides how they end.
df.app.activity("work", { handler: () => null });

df.app.entity("tally", (context: EntityContext<number>) => {
  const value = context.df.getState(() => 0) ?? 0;
  if (context.df.operationName === "add") context.df.setState(value + (context.df.getInput<number>() ?? 0));
  else context.df.return(value);
});

df.app.orchestration("program", function* (context: OrchestrationContext): Flow<unknown> {
  const {
    steps,
    again,
    generation = 0,
  } = context.df.getInput<Program & { generation?: number }>() ?? NOTHING;
  const run = new Run(context.df, generation);
  const seen = yield* run.steps(steps, "");
  if (generation < again) return context.df.continueAsNew({ steps, again, generation: generation + 1 });
  return seen;
});

const NOTHING: Program = { steps: [], again: 0 };

class Run {
  readonly #df: Df;
  readonly #generation: number;
  readonly #own: df.EntityId;

  constructor(durable: Df, generation: number) {
    this.#df = durable;
    this.#generation = generation;
    this.#own = new df.EntityId("tally", durable.instanceId);
  }

  *steps(steps: readonly Step[], prefix: string): Flow<Seen[]> {
    const seen: Seen[] = [];
    for (const [i, step] of steps.entries()) {
      const place = `${prefix}${i + 1}`;
      seen.push([place, yield* this.#step(step, place)]);
    }
    return seen;
  }

  *#step(step: Step, place: string): Flow<unknown> {
    switch (step.do) {
      case "all":
        return yield* settled(
          this.#df.Task.all(step.tasks.map((task, i) => this.#task(task, `${place}.${i + 1}`))),
        );
      case "any":
        return yield* this.#any(step.tasks.map((task, i) => this.#task(task, `${place}.${i + 1}`)));
      case "waitFor":
        return yield* this.#any([this.#df.waitForExternalEvent(step.event), this.#timer(step.seconds)]);
      case "add":
        return this.#df.signalEntity(step.to === "own" ? this.#own : SHARED, "add", step.n);
      case "status":
        return this.#df.setCustomStatus(step.text);
      case "locked": {
        const lock: { release(): void } = yield this.#df.lock([SHARED]);
        const before: number = yield this.#df.callEntity(SHARED, "get");
        yield this.#timer(step.seconds);
        const result: unknown = yield this.#call(place, { fails: step.fails, attempts: 1 });
        const after: number = yield this.#df.callEntity(SHARED, "get");
        lock.release();
        return [result, after - before];
      }
      case "must":
        return yield this.#call(place, { fails: step.fails, attempts: 1 });
      default:
        return yield* settled(this.#task(step, place));
    }
  }

  /** The place of the winner, and its result. */
  *#any(tasks: DurableTask[]): Flow<unknown> {
    const winner: DurableTask = yield this.#df.Task.any(tasks);
    for (const task of tasks) if ("cancel" in task && !task.isCompleted) (task as TimerTask).cancel();
    return [tasks.indexOf(winner) + 1, winner.isFaulted ? "failed" : (winner.result ?? null)];
  }

  #task(task: Task, place: string): DurableTask {
    switch (task.do) {
      case "call":
        return this.#call(place, task);
      case "sleep":
        return this.#timer(task.seconds);
      case "wait":
        return this.#df.waitForExternalEvent(task.event);
      case "get":
        return this.#df.callEntity(this.#own, "get");
      case "child": {
        const id = `${this.#df.instanceId}/${place}${this.#generation > 0 ? `g${this.#generation}` : ""}`;
        const input: Program = { steps: task.steps, again: 0 };
        if (task.attempts === 1) return this.#df.callSubOrchestrator("program", input, id);
        return this.#df.callSubOrchestratorWithRetry("program", retry(task.attempts), input, id);
      }
    }
  }

  #call(place: string, { fails, attempts }: { fails: number; attempts: number }): DurableTask {
    const input = { place, generation: this.#generation, fails };
    if (attempts === 1) return this.#df.callActivity("work", input);
    return this.#df.callActivityWithRetry("work", retry(attempts), input);
  }

  #timer(seconds: number): TimerTask {
    return this.#df.createTimer(new Date(this.#df.currentUtcDateTime.getTime() + seconds * 1000));
  }
}

function* settled(task: DurableTask): Flow<unknown> {
  try {
    return (yield task) ?? null;
  } catch {
    return "failed";
  }
}

function retry(attempts: number): df.RetryOptions {
  return new df.RetryOptions(RETRY_SECONDS * 1000, attempts);
}
