import type { DurableOrchestrationContext, Task } from "durable-functions";
import type { Shape } from "./contract.ts";
import type { ExtensionClock } from "./extension-clock.ts";
import type { Mailbox } from "./mailbox.ts";

/** Part of an orchestrator: yields the SDK's tasks and returns a typed result. Run it with `yield*`. */
export type Operation<T> = Generator<Task, T, unknown>;

/**
 * A call, of which the SDK's task knows the type of its result here. `yield* step` is the SDK's `yield task`, with a
 * type. As with the SDK, a step that is never yielded never runs.
 */
export class Step<T> {
  /** The SDK's task, for `Task.all` and `Task.any`. A task belongs in one of them at most. */
  readonly task: Task;
  /** Whether a failure leads to more tasks, with ids that depend on when it comes. */
  readonly isRetried: boolean;
  readonly #shape: Shape<T>;
  readonly #clock: ExtensionClock;

  constructor(task: Task, shape: Shape<T>, clock: ExtensionClock, isRetried = false) {
    this.task = task;
    this.isRetried = isRetried;
    this.#shape = shape;
    this.#clock = clock;
  }

  *[Symbol.iterator](): Operation<T> {
    let result: unknown;
    try {
      result = yield this.task;
    } finally {
      this.#clock.meet();
    }
    return this.#shape.parse(result);
  }

  /** The result of a finished step. @throws what the step failed with */
  get result(): T {
    if (this.task.isFaulted) throw this.task.result;
    return this.#shape.parse(this.task.result);
  }
}

/** The next event of a name. */
export class EventStep<T> {
  readonly mailbox: Mailbox;
  readonly #read: (mailbox: Mailbox) => T;

  constructor(mailbox: Mailbox, read: (mailbox: Mailbox) => T) {
    this.mailbox = mailbox;
    this.#read = read;
  }

  *[Symbol.iterator](): Operation<T> {
    // Says nothing of the extension's clock: it may have taken another event of the name for this one.
    if (this.mailbox.isEmpty) yield this.mailbox.waiter();
    return this.result;
  }

  get result(): T {
    return this.#read(this.mailbox);
  }
}

/** A durable timer, for any due time. It is created when it is waited for, and one may be in several races. */
export class TimerStep {
  readonly due: Date;
  readonly #clock: ExtensionClock;

  constructor(due: Date, clock: ExtensionClock) {
    this.due = due;
    this.#clock = clock;
  }

  *[Symbol.iterator](): Operation<void> {
    const due = this.due.getTime();
    while (due > this.#clock.horizon) yield* this.#clock.sleepUntil(this.#clock.horizon);
    yield* this.#clock.sleepUntil(due);
  }
}

/** How one of several parallel steps ended. */
export type Settled<T> =
  { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly error: Error };

/**
 * Runs steps in parallel and reports each one's end, where the SDK's `Task.all` throws at the first failure and
 * hides the rest. `Task.all` starts them; what it left open is then awaited one by one, which schedules nothing
 * again because a task that is already scheduled is not recorded twice.
 */
export function* allSettled<T>(
  df: DurableOrchestrationContext,
  steps: readonly Step<T>[],
): Operation<Settled<T>[]> {
  if (steps.length === 0) return [];
  try {
    yield df.Task.all(steps.map((step) => step.task));
  } catch {
    for (const { task } of steps) {
      try {
        if (!task.isCompleted) yield task;
      } catch {
        // Reported below, with its step.
      }
    }
  }
  return steps.map(settle);
}

/** The first error among the ends, for a caller that goes on only if there is none. */
export const firstError = (ends: readonly Settled<unknown>[]): Error | undefined =>
  ends.flatMap((end) => (end.kind === "failed" ? [end.error] : []))[0];

/** How one step ends, as a value. */
export function* settled<T>(step: Step<T>): Operation<Settled<T>> {
  try {
    return { kind: "done", value: yield* step };
  } catch (error) {
    return failed(error);
  }
}

function settle<T>(step: Step<T>): Settled<T> {
  try {
    return { kind: "done", value: step.result };
  } catch (error) {
    return failed(error);
  }
}

const failed = (error: unknown) =>
  ({ kind: "failed", error: error instanceof Error ? error : new Error(String(error)) }) as const;
