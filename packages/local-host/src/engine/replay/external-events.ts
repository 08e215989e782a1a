import { Future } from "./future.ts";
import type { Problems } from "./problems.ts";

interface Named<T> {
  readonly name: string;
  readonly value: T;
}

/**
 * Waiters and early events of one execution, by case-insensitive name. The newest waiter is served first, so that a
 * waiter that lost its race does not take the next event; early events are kept in order.
 */
export class ExternalEvents {
  readonly #problems: Problems;
  readonly #waiters = new Map<string, Named<Future>[]>();
  readonly #early = new Map<string, Named<string | null>[]>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** Names of events that arrived before anything waited for them, and have been received since. */
  readonly cameEarly = new Set<string>();

  /** Names of events that nothing has waited for. */
  get unseen(): readonly string[] {
    return [...this.#early.values()].flat().map(({ name }) => name);
  }

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  wait(name: string): Future {
    const key = name.toLowerCase();
    const waiter = new Future();
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) this.#waiters.set(key, [{ name, value: waiter }]);
    else waiters.push({ name, value: waiter });
    const early = this.#early.get(key);
    const first = early?.shift();
    if (early?.length === 0) this.#early.delete(key);
    if (first !== undefined) {
      this.cameEarly.add(first.name);
      this.raise(first.name, first.value);
    }
    return waiter;
  }

  /** Moves the waiters of one name to another name. */
  rename(before: string, after: string): void {
    const waiters = this.#waiters.get(before.toLowerCase());
    if (before === after || waiters === undefined) return;
    this.#waiters.delete(before.toLowerCase());
    this.#waiters.set(
      after.toLowerCase(),
      waiters.map(({ value }) => ({ name: after, value })),
    );
  }

  raise(name: string, input: string | null): void {
    const key = name.toLowerCase();
    const waiters = this.#waiters.get(key);
    const newest = waiters?.pop();
    if (newest === undefined) {
      const early = this.#early.get(key);
      if (early === undefined) this.#early.set(key, [{ name, value: input }]);
      else early.push({ name, value: input });
      return;
    }
    if (waiters?.length === 0) this.#waiters.delete(key);
    if (newest.name !== name) {
      this.#problems.report(
        `The event '${name}' matches '${newest.name}' except for its case: the extension has delivered it, but the ` +
          "orchestrator does not recognise it and continues to wait. Raise the event with the exact name.",
      );
    }
    newest.value.settle({ ok: true, result: input });
  }
}
