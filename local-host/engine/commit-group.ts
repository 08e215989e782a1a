import type { Store } from "../stores/store.ts";

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Turns the changes of one turn of the event loop into one commit, and lets nothing out before it: what must
 * wait for the commit is handed over here. No timer runs and nothing is polled while there is nothing to do.
 */
export class CommitGroup {
  readonly #store: Store;
  readonly #afterTurn: () => void;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #failure: { readonly error: unknown } | undefined;

  /** `afterTurn` runs at the end of every turn; `onFailure` once, when the store cannot commit. */
  constructor(store: Store, afterTurn: () => void, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#afterTurn = afterTurn;
    this.#onFailure = onFailure;
  }

  /** True while a turn is due; the engine is not idle then. */
  get isScheduled(): boolean {
    return this.#isScheduled;
  }

  /** Asks for a turn. */
  schedule(): void {
    if (this.#isScheduled || this.#failure !== undefined) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  /** Runs `effect` once all changes made so far are durable; never, if they cannot be made so. */
  afterCommit(effect: () => void): void {
    this.#waiting.push({ done: effect, failed: ignore });
    this.schedule();
  }

  /** Resolves once all changes made so far are durable. Rejects if they cannot be made so. */
  committed(): Promise<void> {
    return this.read(() => undefined);
  }

  /** Reads from the store when nothing in it is uncommitted. */
  read<T>(from: (store: Store) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(asError(this.#failure.error));
      const done = (): void => {
        try {
          resolve(from(this.#store));
        } catch (error) {
          reject(asError(error));
        }
      };
      if (this.#waiting.length === 0 && !this.#isScheduled) return done();
      this.#waiting.push({ done, failed: reject });
      this.schedule();
    });
  }

  #turn(): void {
    this.#isScheduled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      this.#store.commit();
    } catch (error) {
      this.#fail(error, waiting);
      return;
    }
    try {
      for (const { done } of waiting) done();
      this.#afterTurn();
    } catch (error) {
      this.#fail(error, this.#waiting.splice(0));
    }
  }

  #fail(error: unknown, waiting: readonly Waiting[]): void {
    this.#failure = { error };
    for (const { failed } of waiting) failed(error);
    this.#onFailure(error);
  }
}

function ignore(): void {
  // An effect that was to follow a commit does not happen without it.
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
