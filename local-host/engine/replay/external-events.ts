import { Future } from "./future.ts";

/**
 * Waiters and early events of one execution, by name without regard to case. The newest waiter is served
 * first, so that one that lost its race does not swallow the next event; early events are kept in order.
 */
export class ExternalEvents {
  readonly #waiters = new Map<string, Future[]>();
  readonly #early = new Map<string, (string | null)[]>();

  wait(name: string): Future {
    const key = name.toLowerCase();
    const waiter = new Future();
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) this.#waiters.set(key, [waiter]);
    else waiters.push(waiter);
    const early = this.#early.get(key);
    if (early !== undefined) {
      const input = early.shift();
      if (early.length === 0) this.#early.delete(key);
      this.raise(name, input ?? null);
    }
    return waiter;
  }

  raise(name: string, input: string | null): void {
    const key = name.toLowerCase();
    const waiters = this.#waiters.get(key);
    const newest = waiters?.pop();
    if (newest === undefined) {
      const early = this.#early.get(key);
      if (early === undefined) this.#early.set(key, [input]);
      else early.push(input);
      return;
    }
    if (waiters?.length === 0) this.#waiters.delete(key);
    newest.settle({ ok: true, result: input });
  }
}
