import type { Clock } from "../../clock.ts";
import type { Store, StoredMessage } from "../../stores/store.ts";
import { eventText } from "../history/event-text.ts";
import type { EventText } from "../history/event-text.ts";
import type { HistoryEvent, IncomingEvent } from "../history/events.ts";
import type { CommitGroup } from "./commit-group.ts";
import { DueMessages } from "./due-messages.ts";

/** The instance that an event is for; `executionId` null means the execution that runs when it arrives. */
export type Recipient = Pick<StoredMessage, "kind" | "instanceId" | "executionId">;

/** An event for an instance, and the row that is deleted with the change that processes it. */
export interface Delivery extends Recipient {
  readonly text: EventText;
  readonly source: { readonly table: "messages" | "activities"; readonly seq: number };
}

/** Receives the events of one kind of instance. */
export interface Receiver {
  receive(delivery: Delivery): void;
}

/** Delivers events between instances: stored with the change that sends them, delivered after its commit. */
export class MessageDelivery {
  readonly #parts: MessageDeliveryParts;
  readonly #due: DueMessages<Delivery>;
  readonly #receivers = new Map<Recipient["kind"], Receiver>();
  #isStopped = false;

  constructor(parts: MessageDeliveryParts) {
    this.#parts = parts;
    this.#due = new DueMessages(parts.clock, (deliveries) => {
      for (const delivery of deliveries) this.deliver(delivery);
    });
  }

  /** Sets the receiver for one kind of instance. */
  register(kind: Recipient["kind"], receiver: Receiver): void {
    this.#receivers.set(kind, receiver);
  }

  /** Due time of the next scheduled message, epoch milliseconds. */
  get nextDue(): number | undefined {
    return this.#due.next;
  }

  /** @param due epoch milliseconds; undefined means immediately */
  send({ kind, instanceId, executionId }: Recipient, event: IncomingEvent, due?: number): void {
    const { store, commits, nextNumber } = this.#parts;
    const text = eventText(event);
    const seq = nextNumber();
    store.putMessage({ seq, kind, instanceId, executionId, due: due ?? null, body: text.fresh });
    const delivery = { kind, instanceId, executionId, text, source: { table: "messages", seq } } as const;
    commits.afterCommit(() => this.#deliverWhenDue(delivery, due));
  }

  /** Delivers a message that an earlier engine has stored. */
  recover({ kind, instanceId, executionId, seq, due, body }: StoredMessage): void {
    const text = eventText(JSON.parse(body) as HistoryEvent);
    const source = { table: "messages", seq } as const;
    this.#deliverWhenDue({ kind, instanceId, executionId, text, source }, due ?? undefined);
  }

  /** Passes an event to its receiver now. After `stop` it does nothing, and the event stays in the store. */
  deliver(delivery: Delivery): void {
    if (this.#isStopped) return;
    try {
      this.#receivers.get(delivery.kind)?.receive(delivery);
    } catch (error) {
      this.#parts.commits.fail(error);
    }
  }

  /** Deletes the row of an event that has been processed or is not needed. */
  discard({ source }: Delivery): void {
    const { store, commits } = this.#parts;
    if (source.table === "messages") store.deleteMessage(source.seq);
    else store.deleteActivity(source.seq);
    commits.schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#due.stop();
  }

  #deliverWhenDue(delivery: Delivery, due: number | undefined): void {
    if (due !== undefined && due > this.#parts.clock.now()) this.#due.add(due, delivery);
    else this.deliver(delivery);
  }
}

interface MessageDeliveryParts {
  readonly store: Store;
  readonly commits: CommitGroup;
  readonly clock: Clock;
  readonly nextNumber: () => number;
}
