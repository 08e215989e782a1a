import { randomUUID } from "node:crypto";
import type { TestInstance } from "durable-local-host/testing";
import type { Mail } from "../../../src/services/mail-outbox.ts";
import { createSandbox } from "../../../src/services/sandbox/sandbox.ts";
import type { Shop } from "../../support/shop.ts";

/** A watch as a caller sees it. */
export interface WatchResource {
  readonly id: string;
  readonly status: string;
  readonly progress: {
    readonly last: { readonly state: string; readonly place: string; readonly at: string } | null;
    readonly checks: number;
    readonly nextCheckAt: string | null;
    readonly generation: number;
  };
  readonly result?: { readonly kind: string; readonly checks: number };
  readonly createdAt: string;
}

/** Hidden for the life of the queue: one request takes a page of mails, and none deletes them one by one. */
const TAKEN = { numberOfMessages: 32, visibilityTimeout: 7 * 24 * 3600 };

export const NOTIFY = "customer@example.com";

/** The shipments API of a running host, and the carrier and outbox that it uses. */
export class Watches {
  readonly #shop: Shop;
  readonly #mails: Mail[] = [];

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** Gives the carrier a new parcel. */
  async parcelTo(postalCode: string): Promise<string> {
    const orderId = `order-${randomUUID()}`;
    const shipTo = { name: "A", street: "B", city: "C", country: "DE", postalCode };
    const booking = { idempotencyKey: `${orderId}-book`, orderId, shipTo };
    const booked = await createSandbox(this.#shop.storage).carrier.book(booking);
    if (booked.kind !== "booked") throw new Error(booked.reason);
    return booked.trackingNumber;
  }

  post(trackingNumber: string, body: object = {}, key?: string): Promise<Response> {
    return this.#shop.host.fetch(`/api/shipments/${trackingNumber}/watch`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
      body: JSON.stringify({ notify: NOTIFY, ...body }),
    });
  }

  /** Starts a watch that did not run before. */
  async start(trackingNumber: string, body: object = {}): Promise<TestInstance> {
    const response = await this.post(trackingNumber, body);
    if (response.status !== 202) throw new Error(`Starting a watch returned ${response.status}`);
    return this.instance(trackingNumber);
  }

  instance(trackingNumber: string): TestInstance {
    return this.#shop.host.instance(`shipment-${trackingNumber}`);
  }

  get(trackingNumber: string): Promise<Response> {
    return this.#shop.host.fetch(`/api/shipments/${trackingNumber}`);
  }

  async find(trackingNumber: string): Promise<WatchResource> {
    return (await (await this.get(trackingNumber)).json()) as WatchResource;
  }

  delete(trackingNumber: string): Promise<Response> {
    return this.#shop.host.fetch(`/api/shipments/${trackingNumber}`, { method: "DELETE" });
  }

  /** Keys of the news that were mailed about a parcel, in order. */
  async newsOf(trackingNumber: string): Promise<string[]> {
    const outbox = await this.#shop.storage.queue("outbox");
    for (;;) {
      const { receivedMessageItems } = await outbox.receiveMessages(TAKEN);
      if (receivedMessageItems.length === 0) break;
      for (const { messageText } of receivedMessageItems) this.#mails.push(JSON.parse(messageText) as Mail);
    }
    return this.#mails.flatMap(({ messageId, subject }) =>
      messageId.startsWith(trackingNumber) ? [subject.slice(`Your parcel ${trackingNumber} `.length)] : [],
    );
  }
}
