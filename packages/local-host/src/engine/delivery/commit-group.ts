import type { Store } from "../../stores/store.ts";
import { asError } from "../../errors.ts";

interface Waiting {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Thrown before the first change of several is made: only the caller is concerned. */
export class RefusedChange extends Error {}

/** What a turn sets going besides its commit. */
export interface ReadyWork {
  readonly isReady: boolean;
  begin(): void;
}

/**
 * Turns the changes of one turn of the event loop into one commit, and lets nothing out before it: what must
 * wait for the commit is handed over here. No timer runs and nothing is polled while there is nothing to do.
 */
export class CommitGroup {
  readonly #store: Store;
  readonly #work: ReadyWork;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #isPutOff = false;
  #isScheduled = false;
  #failure: { readonly error: unknown } | undefined;

  /** `onFailure` is called once, when nothing can be committed any more. */
  constructor(store: Store, work: ReadyWork, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#work = work;
    this.#onFailure = onFailure;
  }

  /** True while a turn is due; the engine is not idle then. */
  get isScheduled(): boolean {
    return this.#isScheduled && this.#failure === undefined;
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

  /** Makes changes that belong together and resolves with their result once they are durable. */
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

  /** Reads from the store when nothing in it is uncommitted. A read that throws concerns its caller only. */
  async read<T>(from: (store: Store) => T): Promise<T> {
    this.#throwIfFailed();
    if (this.#waiting.length > 0 || this.#isScheduled) {
      // What comes after `await` could run behind someone else's changes, so that it reads within the turn.
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

  /** Commits nothing any more: what was changed since the last commit is not complete. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const { failed } of this.#waiting.splice(0)) failed(error);
    this.#onFailure(error);
  }

  #turn(): void {
    this.#isScheduled = false;
    if (this.#failure !== undefined) return;
    const waiting = this.#waiting;
    try {
      if (waiting.length > 0 && this.#work.isReady && !this.#isPutOff) {
        // Episodes that are ready run first, once, so that one sync to disk serves what they change as well.
        this.#isPutOff = true;
        this.schedule();
        this.#work.begin();
        return;
      }
      this.#isPutOff = false;
      this.#store.commit();
      this.#waiting = [];
      for (const { done } of waiting) done();
      this.#work.begin();
    } catch (error) {
      // Those that were told already do not mind being told once more.
      this.#waiting = [...waiting, ...this.#waiting];
      this.fail(error);
    }
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
  // An effect that was to follow a commit does not happen without it.
}
