/** The outcome of a durable task. Failures matter only to retries and to code that awaits the task. */
export type TaskOutcome =
  { readonly ok: true; readonly result: string | null } | { readonly ok: false; readonly retriable: boolean };

export const DONE: TaskOutcome = { ok: true, result: null };
export const FAILED: TaskOutcome = { ok: false, retriable: true };

/**
 * A durable task during replay. Settling runs the continuations immediately, like the extension's scheduler: all effects
 * of an event happen before the next event.
 */
export class Future {
  #outcome: TaskOutcome | undefined;
  #continuations: ((outcome: TaskOutcome) => void)[] = [];

  static settled(outcome: TaskOutcome): Future {
    const future = new Future();
    future.#outcome = outcome;
    return future;
  }

  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  get hasFailed(): boolean {
    return this.#outcome?.ok === false;
  }

  /** Only the first call has an effect. */
  settle(outcome: TaskOutcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    const continuations = this.#continuations;
    this.#continuations = [];
    for (const run of continuations) run(outcome);
  }

  /** Runs `continuation` immediately if the task has ended. */
  whenSettled(continuation: (outcome: TaskOutcome) => void): void {
    if (this.#outcome !== undefined) continuation(this.#outcome);
    else this.#continuations.push(continuation);
  }
}

/** Settles when all tasks have settled, with or without a failure. */
export function whenAll(futures: readonly Future[]): Future {
  const all = new Future();
  let open = futures.length;
  if (open === 0) return Future.settled(DONE);
  const one = (): void => {
    if (--open === 0) all.settle(DONE);
  };
  for (const future of futures) future.whenSettled(one);
  return all;
}

/** Settles with the first task that settles. */
export function whenAny(futures: readonly Future[]): Future {
  const any = new Future();
  for (const future of futures) future.whenSettled(() => any.settle(DONE));
  return any;
}
