import type { DurableOrchestrationContext, Task } from "durable-functions";
import type { Shape } from "./contract.ts";
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

const DAY_MS = 24 * 3600 * 1000;
/** Azure Storage's limit, which the extension announces; no host of this app has a lower one. */
const LONGEST_TIMER_MS = 6 * DAY_MS;

/**
 * What time it may be for the extension when it gets to what the orchestrator does now.
 *
 * The extension plays the list of actions anew in each episode, and a race whose timer was cancelled counts as decided
 * at once. So it may get to the actions after it earlier than the orchestrator did, and create a timer there that is
 * long for it and short for the orchestrator. It cuts such a timer into pieces, and from there on both count their
 * tasks differently. A wait that nothing cancels brings both to the same event again. See docs/long-waits.md.
 */
export class ExtensionClock {
  readonly #df: DurableOrchestrationContext;
  readonly #longestTimer: number;
  /** The earliest time that it may be there; undefined while both are at the same event. */
  #earliest: number | undefined;

  constructor(df: DurableOrchestrationContext) {
    this.#df = df;
    this.#longestTimer = longestTimer(df);
  }

  /** The orchestrator's time. */
  get now(): number {
    return this.#df.currentUtcDateTime.getTime();
  }

  /** The latest due time at which a timer is one piece for both, however early the extension gets to it. */
  get horizon(): number {
    return (this.#earliest ?? this.now) + this.#longestTimer;
  }

  /** Whether the extension may have gone on before the orchestrator did. */
  get isApart(): boolean {
    return this.#earliest !== undefined;
  }

  /** A race that began at this time has cancelled its timer. */
  leaveAt(start: number): void {
    this.#earliest ??= start;
  }

  /** Both have waited for the same event. */
  meet(): void {
    this.#earliest = undefined;
  }

  /** A wait of its own, for both; until a due time that is not after the horizon. */
  *sleepUntil(due: number): Operation<void> {
    yield this.#df.createTimer(new Date(due));
    this.meet();
  }

  /** The shortest wait that brings both to the same event, if they may be at different ones. */
  *rejoin(): Operation<void> {
    if (this.isApart) yield* this.sleepUntil(Math.min(this.now, this.horizon));
  }
}

/** As the SDK knows it from the extension; its types do not show it. */
function longestTimer(df: DurableOrchestrationContext): number {
  const { maximumShortTimerDuration: announced } = df as {
    readonly maximumShortTimerDuration?: { asMilliseconds(): number };
  };
  const milliseconds = announced?.asMilliseconds() ?? 0;
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_TIMER_MS) : LONGEST_TIMER_MS;
}
