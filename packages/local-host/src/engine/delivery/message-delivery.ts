import type { Clock } from "../../clock.ts";
import type { Store, StoredMessage } from "../../stores/store.ts";
import type { CommitGroup } from "./commit-group.ts";
import { DueMessages } from "./due-messages.ts";
import { eventText } from "../history/event-text.ts";
import type { EventText } from "../history/event-text.ts";
import type { HistoryEvent, IncomingEvent } from "../history/events.ts";

/** A message whose time has come. */
export interface Delivery {
  readonly kind: StoredMessage["kind"];
  readonly instanceId: string;
  readonly executionId: string | null;
  readonly seq: number;
  readonly text: EventText;
}

/** Carries events between instances: stored with the change that sends them, delivered after its commit. */
export class MessageDelivery {
  readonly #store: Store;
  readonly #commits: CommitGroup;
  readonly #clock: Clock;
  readonly #nextNumber: () => number;
  readonly #receive: (delivery: Delivery) => void;
  readonly #due: DueMessages<Delivery>;

  constructor(parts: {
    readonly store: Store;
    readonly commits: CommitGroup;
    readonly clock: Clock;
    readonly nextNumber: () => number;
    readonly receive: (delivery: Delivery) => void;
  }) {
    this.#store = parts.store;
    this.#commits = parts.commits;
    this.#clock = parts.clock;
    this.#nextNumber = parts.nextNumber;
    this.#receive = parts.receive;
    this.#due = new DueMessages(parts.clock, (deliveries) => {
      for (const delivery of deliveries) this.#receive(delivery);
    });
  }

  /** Instant of the next message that waits for its time, epoch milliseconds. */
  get nextDue(): number | undefined {
    return this.#due.next;
  }

  /** `due` in epoch milliseconds; undefined = at once. */
  send(
    to: {
      readonly kind: StoredMessage["kind"];
      readonly instanceId: string;
      readonly executionId: string | null;
    },
    event: IncomingEvent,
    due?: number,
  ): void {
    const text = eventText(event);
    const seq = this.#nextNumber();
    const { kind, instanceId, executionId } = to;
    this.#store.putMessage({ seq, kind, instanceId, executionId, due: due ?? null, body: text.fresh });
    const delivery = { kind, instanceId, executionId, seq, text };
    this.#commits.afterCommit(() => this.#deliver(delivery, due));
  }

  /** Takes up a message that is in the store already. */
  recover(message: StoredMessage): void {
    const { kind, instanceId, executionId, seq } = message;
    const text = eventText(JSON.parse(message.body) as HistoryEvent);
    this.#deliver({ kind, instanceId, executionId, seq, text }, message.due ?? undefined);
  }

  stop(): void {
    this.#due.stop();
  }

  #deliver(delivery: Delivery, due: number | undefined): void {
    if (due !== undefined && due > this.#clock.now()) this.#due.add(due, delivery);
    else this.#receive(delivery);
  }
}
