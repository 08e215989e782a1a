import type { Step } from "./step.ts";

/**
 * Events of one name over a whole execution, none missed. A waiter that lost its race stays open, and an event
 * that comes while nobody races goes to it: the next race, with a waiter of its own, would wait in vain. The inbox
 * keeps every waiter and finds what came to any of them.
 */
export class Inbox<Payload extends object> {
  readonly #newWaiter: () => Step<Payload>;
  #waiters: Step<Payload>[] = [];

  constructor(newWaiter: () => Step<Payload>) {
    this.#newWaiter = newWaiter;
  }

  /** A new waiter, for one race. What came before the first waiter comes to this one. */
  next(): Step<Payload> {
    const waiter = this.#newWaiter();
    this.#waiters.push(waiter);
    return waiter;
  }

  /** What has come since the last look, to whichever waiter. */
  take(): Payload[] {
    const arrived = this.#waiters.filter(({ task }) => task.isCompleted);
    this.#waiters = this.#waiters.filter(({ task }) => !task.isCompleted);
    return arrived.map(({ result }) => result);
  }
}
