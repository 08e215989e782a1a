import { EventType, isScheduled } from "../../src/engine/history/events.ts";
import { WORKER_GONE } from "../../src/invocation/function-runner.ts";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import type { Instance } from "../../src/stores/instance.ts";
import type { Facts } from "./facts.ts";
import { EVENTS } from "./program.ts";
import type { Program, Seen, Step, Task } from "./program.ts";
import { callKey } from "./held-work.ts";
import type { HeldCall } from "./held-work.ts";

/** One instance at the end of a run. */
export interface Ended {
  readonly instance: Instance;
  readonly history: readonly HistoryEvent[];
}

/**
 * Says what is impossible in the end of a run, for one instance per line; empty if everything is lawful. It knows the
 * program and what came from outside, and nothing of replay, ids or messages.
 */
export function unlawful(ended: readonly Ended[], facts: Facts): string[] {
  const instances = new Map(ended.map(({ instance }) => [instance.instanceId, instance]));
  return ended.flatMap(({ instance, history }) => {
    const wrong = [
      ...new Judge(instance, instances, facts).complaints(),
      ...wrongIds(instance, history, facts),
      ...neverRun(instance, history, facts),
      ...instance.problems.filter((problem) => !isExpected(problem, instance, facts)),
    ];
    return wrong.map((what) => `${instance.instanceId}: ${what}`);
  });
}

/**
 * Four problems are expected: events that continue-as-new drops, orchestrators whose call has failed, another replay
 * after a rewind, and the suspicion that two equal calls are one, if the program makes both.
 */
function isExpected(problem: string, { instanceId, input }: Instance, facts: Facts): boolean {
  if (problem.startsWith("continueAsNew has dropped")) return true;
  if (problem.startsWith("Non-Deterministic")) return mayBeLost(instanceId, facts);
  if (isUnseenDifference(problem)) return facts.isRepaired;
  return problem.startsWith("A call of 'get' is in Task.any or Task.all") && compoundsWithGet(input) > 1;
}

/** Another due time or input than before. After a rewind, an orchestrator does not see failures that it had handled. */
const isUnseenDifference = (text: string) => text.includes(" in this replay");

function compoundsWithGet(input: string | null): number {
  const { steps } = JSON.parse(input ?? "") as Program;
  return steps.filter((step) => "tasks" in step && step.tasks.some((task) => task.do === "get")).length;
}

/**
 * Whether the extension may fail the instance as non-deterministic: a call of the orchestrator has failed, because its
 * worker died or a terminated child has a failure that the SDK cannot read; or a rewind took back failures that the
 * orchestrator had already handled.
 */
function mayBeLost(id: string, { deaths, terminated, isRepaired }: Facts): boolean {
  return deaths > 0 || isRepaired || [...terminated].some((child) => child.startsWith(`${id}/`));
}

class Judge {
  readonly #instance: Instance;
  readonly #instances: ReadonlyMap<string, Instance>;
  readonly #facts: Facts;
  readonly #program: Program & { readonly generation?: number };
  /** What the instance has added to its own counter so far. */
  #added = 0;

  constructor(instance: Instance, instances: ReadonlyMap<string, Instance>, facts: Facts) {
    this.#instance = instance;
    this.#instances = instances;
    this.#facts = facts;
    this.#program = JSON.parse(instance.input ?? "") as Program & { readonly generation?: number };
  }

  complaints(): string[] {
    const { runtimeStatus, output } = this.#instance;
    switch (runtimeStatus) {
      case "Completed":
        return this.#completed();
      case "Failed":
        return this.#mayFail() ? [] : [`may not fail: ${output}`];
      case "Terminated":
        return this.#facts.terminated.has(this.#instance.instanceId) ? [] : ["was not terminated"];
      default:
        return [`is ${runtimeStatus}`];
    }
  }

  #mayFail(): boolean {
    const { output, instanceId } = this.#instance;
    if (output?.startsWith("Non-Deterministic") === true) return mayBeLost(instanceId, this.#facts);
    if (isUnseenDifference(output ?? "")) return this.#facts.isRepaired;
    if (output?.includes(WORKER_GONE.message) === true) return this.#facts.deaths + this.#facts.kills > 0;
    return this.#program.steps.some((step) => (step.do === "must" || step.do === "locked") && step.fails > 0);
  }

  #completed(): string[] {
    const { again, generation = 0, steps } = this.#program;
    if (generation !== again) return [`ends in generation ${generation}`];
    const seen = JSON.parse(this.#instance.output ?? "[]") as readonly Seen[];
    if (seen.length !== steps.length) return [`has ${seen.length} of ${steps.length} results`];
    this.#added = again * sumOfAdds(steps);
    const wrong = steps.flatMap((step, i) => {
      const [place, what] = seen[i] ?? ["nowhere", undefined];
      const isRight = place === `${i + 1}` && this.#isLawful(step, what, place);
      if (step.do === "add" && step.to === "own") this.#added += step.n;
      return isRight ? [] : [`${step.do} at ${i + 1} cannot give ${JSON.stringify([place, what])}`];
    });
    return [...wrong, ...this.#wrongStatus(steps), ...wrongOrder(steps, seen), ...this.#wrongEvents(seen)];
  }

  /** Of a program that only waits, it is known which events it must have got. What came while it was failed is lost. */
  #wrongEvents(seen: readonly Seen[]): string[] {
    const { instanceId, parentInstanceId } = this.#instance;
    if (parentInstanceId !== null || this.#facts.isRepaired) return [];
    const expected = eventsOf(this.#program, this.#facts.raisedTo(instanceId).accepted)?.join();
    const got = seen.flatMap(([, what]) => (typeof what === "string" ? [what] : [])).join();
    return expected === undefined || expected === got ? [] : [`got the events ${got}, not ${expected}`];
  }

  #wrongStatus(steps: readonly Step[]): string[] {
    const last = steps.findLast((step) => step.do === "status");
    const { customStatus } = this.#instance;
    return customStatus === (last === undefined ? null : JSON.stringify(last.text))
      ? []
      : [`has status ${customStatus}`];
  }

  #isLawful(step: Step, what: unknown, place: string): boolean {
    const { isRepaired } = this.#facts;
    switch (step.do) {
      case "must":
        return what === `done ${place}` && (step.fails === 0 || isRepaired);
      case "locked":
        return this.#wasAlone(step, what, place);
      case "waitFor":
        return isWinner(what, (at, value) =>
          at === 1 ? this.#wasRaised(step.event, value) : at === 2 && value === null,
        );
      case "all":
        return what === "failed"
          ? step.tasks.some((task, i) => this.#isResult(task, "failed", `${place}.${i + 1}`))
          : this.#isListOf(step.tasks, what, place);
      case "any":
        return isWinner(what, (at, value) => this.#hasWon(at, step.tasks, value, `${place}.${at}`));
      case "add":
      case "status":
        return what === null || what === undefined;
      default:
        return this.#isResult(step, what, place);
    }
  }

  /** Nobody else changes a locked entity. A failure has released it, and a rewind does not lock it again. */
  #wasAlone({ fails }: { readonly fails: number }, what: unknown, place: string): boolean {
    if (!Array.isArray(what) || what[0] !== `done ${place}`) return false;
    return this.#facts.isRepaired || (what[1] === 0 && fails === 0);
  }

  #isResult(task: Task, what: unknown, place: string): boolean {
    const { kills, isRepaired } = this.#facts;
    switch (task.do) {
      case "call":
        if (what === "failed") return task.fails >= task.attempts || kills > 0;
        return what === `done ${place}` && (task.fails < task.attempts || isRepaired);
      case "sleep":
        return what === null;
      case "wait":
        return this.#wasRaised(task.event, what);
      case "get":
        return what === this.#added || (this.#mayRunTwice && typeof what === "number" && what >= this.#added);
      case "child":
        return this.#isOfChild(what, place);
    }
  }

  /**
   * A longer sleep cannot win against a shorter one. Both may be over when they are created, because the time of an
   * instance that was suspended or rewound is that of the event with which it continues.
   */
  #hasWon(at: number, tasks: readonly Task[], value: unknown, place: string): boolean {
    const winner = tasks[at - 1];
    if (winner === undefined || !this.#isResult(winner, value, place)) return false;
    const { isRepaired, happened } = this.#facts;
    if (winner.do !== "sleep" || isRepaired || happened.has("suspend")) return true;
    return tasks.every((task) => task.do !== "sleep" || task.seconds >= winner.seconds);
  }

  #wasRaised(event: string, value: unknown): boolean {
    if (typeof value !== "string" || !value.startsWith(event)) return false;
    return this.#facts.raisedTo(this.#instance.instanceId).sent.has(value);
  }

  #isListOf(tasks: readonly Task[], what: unknown, place: string): boolean {
    if (!Array.isArray(what) || what.length !== tasks.length) return false;
    return tasks.every((task, i) => this.#isResult(task, what[i] ?? null, `${place}.${i + 1}`));
  }

  #isOfChild(what: unknown, place: string): boolean {
    const { generation = 0 } = this.#program;
    const child = this.#instances.get(
      `${this.#instance.instanceId}/${place}${generation > 0 ? `g${generation}` : ""}`,
    );
    // A failed child may have been rewound by itself, after its parent went on.
    if (what === "failed") return child?.runtimeStatus === "Failed" || this.#facts.isRepaired;
    return child?.runtimeStatus === "Completed" && child.output === JSON.stringify(what);
  }

  /** A child whose parent retries it or is rewound counts again what it has counted before. */
  get #mayRunTwice(): boolean {
    return this.#instance.parentInstanceId !== null || this.#facts.isRepaired;
  }
}

/** Which events the last generation gets; undefined if the program does not only wait for one after the other. */
function eventsOf({ steps, again }: Program, accepted: readonly string[]): readonly string[] | undefined {
  const waits: string[] = [];
  for (const step of steps) {
    if (step.do === "wait") waits.push(step.event);
    else if (step.do !== "status") return undefined;
  }
  if (waits.length === 0) return [];
  let early: string[] = [];
  let got: string[] = [];
  let generation = 0;
  for (const value of accepted) {
    early.push(value);
    for (let at; (at = early.findIndex((one) => one.startsWith(waits[got.length] ?? "-"))) >= 0;) {
      got.push(...early.splice(at, 1));
    }
    if (got.length < waits.length || generation === again) continue;
    // What came before continue-as-new and was not awaited is dropped.
    generation++;
    early = [];
    got = [];
  }
  return got;
}

/** One wait after the other gets events in the order in which they came; their values are numbered. */
function wrongOrder(steps: readonly Step[], seen: readonly Seen[]): string[] {
  return EVENTS.flatMap((event) => {
    const values = steps.flatMap((step, i) => {
      if ((step.do !== "wait" && step.do !== "waitFor") || step.event !== event) return [];
      const value = [seen[i]?.[1]].flat().at(-1);
      return typeof value === "string" ? [Number(value.slice(event.length))] : [];
    });
    const isRight = values.every((value, i) => i === 0 || value >= (values[i - 1] ?? 0));
    return isRight ? [] : [`events ${event} came in the order ${values.join(" ")}`];
  });
}

function isWinner(what: unknown, isLawful: (at: number, value: unknown) => boolean): boolean {
  return Array.isArray(what) && what.length === 2 && isLawful(Number(what[0]), what[1]);
}

function sumOfAdds(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (step.do === "add" && step.to === "own" ? step.n : 0), 0);
}

/** Every task is scheduled once, with the next id, and ends once; a completed instance has no open task. */
function wrongIds(instance: Instance, history: readonly HistoryEvent[], { isRepaired }: Facts): string[] {
  const scheduled: number[] = [];
  const open = new Map<number, "timer" | "work">();
  const wrong: string[] = [];
  const end = (id: number): void => {
    // A child that was rewound by itself ends again.
    if (!open.delete(id) && !isRepaired) wrong.push(`the task ${id} ends twice, or was never scheduled`);
  };
  for (const event of history) {
    const ended = endedId(event);
    if (ended !== undefined) end(ended);
    if (!isScheduled(event)) continue;
    scheduled.push(event.EventId);
    if (event.EventType === EventType.EventSent) continue;
    open.set(event.EventId, event.EventType === EventType.TimerCreated ? "timer" : "work");
  }
  // A cancelled timer may be open.
  const isDone = instance.runtimeStatus !== "Completed" || ![...open.values()].includes("work");
  if (!isDone) wrong.push("is completed, but a task is open");
  const isRewound = history.some((event) => event.EventType === EventType.GenericEvent);
  // A rewind takes back failures that the orchestrator has handled: each replay schedules them again, and fails.
  const mayRepeat = isRewound && instance.runtimeStatus !== "Completed";
  if (!mayRepeat && new Set(scheduled).size < scheduled.length)
    wrong.push(`ids of tasks repeat: ${scheduled.join(" ")}`);
  if (!isRewound && scheduled.some((id, at) => id !== at))
    wrong.push(`ids have gaps: ${scheduled.join(" ")}`);
  return wrong;
}

function endedId(event: HistoryEvent): number | undefined {
  if ("TaskScheduledId" in event) return event.TaskScheduledId;
  return "TimerId" in event ? event.TimerId : undefined;
}

/** Activities with a recorded result that have never run. */
function neverRun({ instanceId }: Instance, history: readonly HistoryEvent[], { runs }: Facts): string[] {
  const calls = new Map<number, HeldCall["input"]>();
  const wrong: string[] = [];
  for (const event of history) {
    if (event.EventType === EventType.TaskScheduled) calls.set(event.EventId, inputOf(event.Input));
    if (event.EventType !== EventType.TaskCompleted && event.EventType !== EventType.TaskFailed) continue;
    const input = calls.get(event.TaskScheduledId);
    if (input === undefined || runs.has(callKey(instanceId, input))) continue;
    wrong.push(`the activity at ${input.place} has a result, but never ran`);
  }
  return wrong;
}

/** Inputs of activities are stored as a list of arguments. */
export function inputOf(text: string | null | undefined): HeldCall["input"] {
  return ([JSON.parse(text ?? "{}")] as unknown[]).flat()[0] as HeldCall["input"];
}
