import type { Task } from "durable-functions";
import type { EventContract } from "./contract.ts";
import type { Log } from "./log.ts";
import { EventStep } from "./step.ts";

/**
 * What comes under one event name during an execution, none missed. A waiter that lost its race stays open, and an
 * event that comes while nobody races goes to it: whoever asks next, with a waiter of its own, would wait in vain.
 * So every waiter is kept, and what comes to any of them counts.
 */
export class Mailbox {
  readonly #newWaiter: () => Task;
  /** Oldest first. */
  #waiters: Task[] = [];
  readonly #arrived: unknown[] = [];

  constructor(newWaiter: () => Task) {
    this.#newWaiter = newWaiter;
  }

  /** A new waiter, for one wait or race; what came before the first one comes to it. */
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

  /** The oldest that nobody has taken. */
  take(): unknown {
    this.#collect();
    return this.#arrived.shift();
  }

  /** The newest waiter is served first, so what came since the last look is in their order backwards. */
  #collect(): void {
    const served = this.#waiters.filter(({ isCompleted }) => isCompleted);
    if (served.length === 0) return;
    this.#waiters = this.#waiters.filter(({ isCompleted }) => !isCompleted);
    this.#arrived.push(...served.toReversed().map(({ result }) => result));
  }
}

/** Events of one name over a whole execution, to be looked through between two races. */
export class Inbox<Payload extends object> {
  readonly #event: EventContract<Payload>;
  readonly #mailbox: Mailbox;
  readonly #log: Log;

  constructor(event: EventContract<Payload>, mailbox: Mailbox, log: Log) {
    this.#event = event;
    this.#mailbox = mailbox;
    this.#log = log;
  }

  /** For a race: tells that something came, and `take` says what. */
  next(): EventStep<void> {
    return new EventStep(this.#mailbox, () => undefined);
  }

  /**
   * What has come since the last look, oldest first. Whoever holds the management key can send anything under the
   * event's name: what the contract does not know is no such event, and nothing to fail a process for.
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
