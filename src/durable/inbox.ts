import type { EventContract } from "./contract.ts";
import type { Log } from "./log.ts";
import { Step } from "./step.ts";

/**
 * Events of one name over a whole execution, none missed. A waiter that lost its race stays open, and an event
 * that comes while nobody races goes to it: the next race, with a waiter of its own, would wait in vain. The inbox
 * keeps every waiter and finds what came to any of them.
 */
export class Inbox<Payload extends object> {
  readonly #event: EventContract<Payload>;
  readonly #newWaiter: () => Step<Payload>["task"];
  readonly #log: Log;
  #waiters: Step<Payload>["task"][] = [];

  constructor(event: EventContract<Payload>, newWaiter: () => Step<Payload>["task"], log: Log) {
    this.#event = event;
    this.#newWaiter = newWaiter;
    this.#log = log;
  }

  /**
   * A new waiter, for one race. What came before the first waiter comes to this one. It tells that something came:
   * `take` says what.
   */
  next(): Step<void> {
    const waiter = this.#newWaiter();
    this.#waiters.push(waiter);
    return new Step(waiter, { parse: () => undefined });
  }

  /**
   * What has come since the last look, to whichever waiter. Whoever holds the management key can send anything
   * under the event's name: what the contract does not know is no such event, and nothing to fail a process for.
   */
  take(): Payload[] {
    const arrived = this.#waiters.filter((waiter) => waiter.isCompleted);
    this.#waiters = this.#waiters.filter((waiter) => !waiter.isCompleted);
    return arrived.flatMap(({ result }) => {
      try {
        return [this.#event.payload.parse(result)];
      } catch {
        this.#log.warn("eventIgnored", { externalEvent: this.#event.name });
        return [];
      }
    });
  }
}
