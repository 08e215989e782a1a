import type { Task } from "durable-functions";
import type { EventContract } from "./contract.ts";
import type { Log } from "./log.ts";
import { EventStep } from "./step.ts";

/**
 * All events of one name during an execution. A waiter that lost its race stays open and receives the next event, so a
 * new waiter would never receive it. Therefore every waiter is kept, and an event for any of them counts.
 */
export class Mailbox {
  readonly #newWaiter: () => Task;
  /** Oldest first. */
  #waiters: Task[] = [];
  readonly #arrived: unknown[] = [];

  constructor(newWaiter: () => Task) {
    this.#newWaiter = newWaiter;
  }

  /** A new waiter, for one wait or race. The first one also gets the events that arrived before. */
  waiter(): Task {
    this.#collect();
    const waiter = this.#newWaiter();
    this.#waiters.push(waiter);
    return waiter;
  }

  get isEmpty(): boolean {
    this.#collect();
    return this.#arrived.length === 0;
  }

  /** The oldest event that has not been taken. */
  take(): unknown {
    this.#collect();
    return this.#arrived.shift();
  }

  /** The newest waiter is served first, so new events are in the reverse order of the waiters. */
  #collect(): void {
    const served = this.#waiters.filter(({ isCompleted }) => isCompleted);
    if (served.length === 0) return;
    this.#waiters = this.#waiters.filter(({ isCompleted }) => !isCompleted);
    this.#arrived.push(...served.toReversed().map(({ result }) => result));
  }
}

/** The events of one name during an execution, to be read between two races. */
export class Inbox<Payload extends object> {
  readonly #event: EventContract<Payload>;
  readonly #mailbox: Mailbox;
  readonly #log: Log;

  constructor(event: EventContract<Payload>, mailbox: Mailbox, log: Log) {
    this.#event = event;
    this.#mailbox = mailbox;
    this.#log = log;
  }

  /** For a race: finishes when an event has arrived, which `take` then returns. */
  next(): EventStep<void> {
    return new EventStep(this.#mailbox, () => undefined);
  }

  /**
   * The new events, oldest first. Any holder of the management key can send anything with the event's name, so a
   * payload that does not match the contract is ignored and does not fail the process.
   */
  take(): Payload[] {
    const payloads: Payload[] = [];
    while (!this.#mailbox.isEmpty) {
      try {
        payloads.push(this.#event.payload.parse(this.#mailbox.take()));
      } catch {
        this.#log.warn("eventIgnored", { externalEvent: this.#event.name });
      }
    }
    return payloads;
  }
}
