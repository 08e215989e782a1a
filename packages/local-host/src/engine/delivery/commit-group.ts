import { asError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Thrown before the first of several changes is made, so it affects only the caller. */
export class RefusedChange extends Error {}

/** Work that a turn starts besides its commit. */
export interface ReadyWork {
  readonly isReady: boolean;
  start(): void;
}

/**
 * Makes one commit of all changes in one turn of the event loop, and then runs the effects that must follow a commit.
 * No timer runs and nothing is polled while there is nothing to do.
 */
export class CommitGroup {
  readonly #store: Store;
  readonly #work: ReadyWork[] = [];
  readonly #afterTurn: (() => void)[] = [];
  readonly #onFailure: ((error: unknown) => void)[] = [];
  #waiting: Waiting[] = [];
  #isPostponed = false;
  #isScheduled = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Registers work that each turn starts as soon as it is ready. */
  addWork(work: ReadyWork): void {
    this.#work.push(work);
  }

  /** Calls `listener` at the end of each turn. */
  afterTurn(listener: () => void): void {
    this.#afterTurn.push(listener);
  }

  /** Calls `listener` once, when commits are no longer possible. */
  onFailure(listener: (error: unknown) => void): void {
    this.#onFailure.push(listener);
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** True while a turn is scheduled; the engine is not idle then. */
  get isScheduled(): boolean {
    return this.#isScheduled && this.#failure === undefined;
  }

  /** Schedules a turn. */
  schedule(): void {
    if (this.#isScheduled || this.#failure !== undefined) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  /** Runs `effect` once all changes made so far are durable. If their commit fails, `effect` never runs. */
  afterCommit(effect: () => void): void {
    this.#waiting.push({ done: effect, failed: ignore });
    this.schedule();
  }

  /** Makes changes that belong together. Resolves with their result once they are durable. */
  async change<T>(make: (store: Store) => T): Promise<T> {
    this.#throwIfFailed();
    let result: T;
    try {
      result = make(this.#store);
    } catch (error) {
      // After any other error, half of the changes may have been made.
      if (!(error instanceof RefusedChange)) this.fail(error);
      throw error;
    }
    await this.#nextCommit();
    return result;
  }

  /** Reads from the store when it has no uncommitted changes. An error in `from` affects only the caller. */
  async read<T>(from: (store: Store) => T): Promise<T> {
    this.#throwIfFailed();
    if (this.#waiting.length > 0 || this.#isScheduled) {
      // Reads within the turn: after an `await`, there could be new uncommitted changes.
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const done = (): void => {
        try {
          resolve(from(this.#store));
        } catch (error) {
          reject(asError(error));
        }
      };
      this.#waiting.push({ done, failed: reject });
      this.schedule();
      return promise;
    }
    return from(this.#store);
  }

  /** Resolves once all changes made so far are durable. */
  committed(): Promise<void> {
    return this.read(() => undefined);
  }

  /** Ends all commits: the changes since the last one are not complete. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const { failed } of this.#waiting.splice(0)) failed(error);
    for (const listener of this.#onFailure) listener(error);
  }

  #turn(): void {
    this.#isScheduled = false;
    if (this.#failure !== undefined) return;
    const waiting = this.#waiting;
    try {
      if (waiting.length > 0 && !this.#isPostponed && this.#work.some(({ isReady }) => isReady)) {
        // Ready episodes run first, once, so that one sync to disk covers their changes too.
        this.#isPostponed = true;
        this.schedule();
        this.#startWork();
        return;
      }
      this.#isPostponed = false;
      this.#store.commit();
      this.#waiting = [];
      for (const { done } of waiting) done();
      this.#startWork();
    } catch (error) {
      // Calling one that has already been called has no effect.
      this.#waiting = [...waiting, ...this.#waiting];
      this.fail(error);
    }
  }

  #startWork(): void {
    for (const work of this.#work) work.start();
    for (const listener of this.#afterTurn) listener();
  }

  #nextCommit(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#waiting.push({ done: () => resolve(undefined), failed: reject });
    this.schedule();
    return promise;
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw asError(this.#failure.error);
  }
}

function ignore(): void {
  // The commit failed, so the effect does not run.
}
