import type { DurableOrchestrationContext, Task } from "durable-functions";
import type { Shape } from "./contract.ts";
import type { Mailbox } from "./mailbox.ts";

/** Part of an orchestrator: yields the SDK's tasks and returns a typed result. Run it with `yield*`. */
export type Operation<T> = Generator<Task, T, unknown>;

/**
 * A call with a typed result. `yield* step` is the SDK's `yield task`, with a type. As in the SDK, a step that is never
 * yielded never runs.
 */
export class Step<T> {
  /** The SDK's task, for `Task.all` and `Task.any`. A task must not be in more than one of them. */
  readonly task: Task;
  /** Whether a failure leads to more tasks, with ids that depend on when it happens. */
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
      this.#clock.synchronised();
    }
    return this.#shape.parse(result);
  }

  /** The result of a finished step. @throws the error of a failed step */
  get result(): T {
    if (this.task.isFaulted) throw this.task.result;
    return this.#shape.parse(this.task.result);
  }
}

/** The next event with this name. */
export class EventStep<T> {
  readonly mailbox: Mailbox;
  readonly #read: (mailbox: Mailbox) => T;

  constructor(mailbox: Mailbox, read: (mailbox: Mailbox) => T) {
    this.mailbox = mailbox;
    this.#read = read;
  }

  *[Symbol.iterator](): Operation<T> {
    // This does not synchronise the extension's clock: it may have received another event of this name instead.
    if (this.mailbox.isEmpty) yield this.mailbox.waiter();
    return this.result;
  }

  get result(): T {
    return this.#read(this.mailbox);
  }
}

/** A durable timer for any due time. It is created when something waits for it, and may be in several races. */
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

/** The outcome of one of several parallel steps. */
export type Settled<T> =
  { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly error: Error };

/**
 * Runs steps in parallel and returns the outcome of each. The SDK's `Task.all` throws at the first failure and hides
 * the rest. `Task.all` starts the steps; those that are still open are then awaited one by one, which does not schedule
 * them again, because a task that is already scheduled is not recorded twice.
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
        // Returned below with its step.
      }
    }
  }
  return steps.map(settle);
}

/** The first error among the outcomes, for a caller that continues only without errors. */
export const firstError = (ends: readonly Settled<unknown>[]): Error | undefined =>
  ends.flatMap((end) => (end.kind === "failed" ? [end.error] : []))[0];

/** The outcome of one step as a value. */
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

const DAY_MS = 24 * 3600 * 1000;
/** The limit of Azure Storage, which the extension reports. All hosts of this app have this limit or a higher one. */
const LONGEST_TIMER_MS = 6 * DAY_MS;

/**
 * The time at which the extension may execute what the orchestrator does now.
 *
 * The extension replays the list of actions in each episode, and treats a race whose timer was cancelled as decided at
 * once. So it may execute the next actions at an earlier time than the orchestrator, and create a timer that is long
 * for the extension but short for the orchestrator. It splits such a timer, and from then on both count their tasks
 * differently. A wait that is not cancelled brings both to the same event again. See docs/long-waits.md.
 */
export class ExtensionClock {
  readonly #df: DurableOrchestrationContext;
  readonly #longestTimer: number;
  /** The earliest time that the extension may use; undefined while both are at the same event. */
  #earliest: number | undefined;

  constructor(df: DurableOrchestrationContext) {
    this.#df = df;
    this.#longestTimer = longestTimer(df);
  }

  /** The orchestrator's time. */
  get now(): number {
    return this.#df.currentUtcDateTime.getTime();
  }

  /** The latest due time of a timer that neither side splits, even if the extension creates it as early as possible. */
  get horizon(): number {
    return (this.#earliest ?? this.now) + this.#longestTimer;
  }

  /** Whether the extension may have continued before the orchestrator did. */
  get mayDiffer(): boolean {
    return this.#earliest !== undefined;
  }

  /** Call it when a race that began at this time has cancelled its timer. */
  cancelledRaceSince(start: number): void {
    this.#earliest ??= start;
  }

  /** Call it when both have waited for the same event. */
  synchronised(): void {
    this.#earliest = undefined;
  }

  /** Waits in both with a timer that is not cancelled. `due` must not be after the horizon. */
  *sleepUntil(due: number): Operation<void> {
    yield this.#df.createTimer(new Date(due));
    this.synchronised();
  }

  /** If the two may be at different events, waits as briefly as possible to bring them to the same one. */
  *synchronise(): Operation<void> {
    if (this.mayDiffer) yield* this.sleepUntil(Math.min(this.now, this.horizon));
  }
}

/** The extension tells the SDK this value; the SDK's types do not contain it. */
function longestTimer(df: DurableOrchestrationContext): number {
  const { maximumShortTimerDuration: announced } = df as {
    readonly maximumShortTimerDuration?: { asMilliseconds(): number };
  };
  const milliseconds = announced?.asMilliseconds() ?? 0;
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_TIMER_MS) : LONGEST_TIMER_MS;
}
