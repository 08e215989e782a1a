import type { EventContract } from "./contract.ts";
import type { Log } from "./log.ts";
import type { Mailbox } from "./mailbox.ts";
import { EventStep } from "./step.ts";

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
