import type { Task, TimerTask } from "durable-functions";
import type { Shape } from "./contract.ts";

/** Part of an orchestrator: yields the SDK's tasks and returns a typed result. Run it with `yield*`. */
export type Operation<T> = Generator<Task, T, unknown>;

/**
 * One SDK task that knows the type of its result. `yield* step` is the SDK's `yield task`, with a type.
 * As with the SDK, a step that is never yielded never runs.
 */
export class Step<T> {
  /** The SDK's task, for `Task.all` and `Task.any`. A task belongs in one of them at most. */
  readonly task: Task;
  readonly #shape: Shape<T>;

  constructor(task: Task, shape: Shape<T>) {
    this.task = task;
    this.#shape = shape;
  }

  *[Symbol.iterator](): Operation<T> {
    return this.#shape.parse(yield this.task);
  }

  /** The result of a finished step. @throws what the step failed with */
  get result(): T {
    if (this.task.isFaulted) throw this.task.result;
    return this.#shape.parse(this.task.result);
  }
}

/** A durable timer. An orchestration does not finish while one is pending: see `race`, which cancels losers. */
export class TimerStep extends Step<void> {
  override readonly task: TimerTask;

  constructor(task: TimerTask) {
    super(task, { parse: () => undefined });
    this.task = task;
  }

  /** Harmless after the timer fired, where the SDK's own `cancel` throws. */
  cancel(): void {
    if (!this.task.isCompleted && !this.task.isCanceled) this.task.cancel();
  }
}
