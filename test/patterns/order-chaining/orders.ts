import type { OutsideSystems } from "../../../src/services/outside-systems.ts";
import { createSandbox } from "../../../src/services/sandbox/sandbox.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { sentMails } from "../../support/sent-mails.ts";

/** An order as a caller sees it. */
export interface OrderResource {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly step: string; readonly completedSteps: readonly string[] };
  readonly result?: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly error?: { readonly type: string; readonly message: string };
  readonly links: { readonly self: string };
}

/** The effects of an order in the external systems. */
export interface Traces {
  /** Units missing from the stock, of all products. */
  readonly reserved: number;
  readonly ledger: readonly string[];
  readonly parcels: readonly string[];
  readonly mails: readonly string[];
}

/** The orders API of a running host, and the systems behind it. */
export class Orders {
  readonly #url: string;
  readonly #storage: Storage;
  readonly #outside: OutsideSystems;

  constructor(url: string, storage: Storage) {
    this.#url = url;
    this.#storage = storage;
    this.#outside = createSandbox(storage);
  }

  post(body: unknown, key?: string): Promise<Response> {
    return fetch(`${this.#url}/api/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
      body: JSON.stringify(body),
    });
  }

  get(path: string): Promise<Response> {
    return fetch(new URL(path, this.#url));
  }

  /** Places an order that is accepted; returns its id. */
  async place(body: unknown, key?: string): Promise<string> {
    const response = await this.post(body, key);
    if (response.status !== 202) throw new Error(`Placing an order returned ${response.status}`);
    return ((await response.json()) as { id: string }).id;
  }

  async find(id: string): Promise<OrderResource> {
    const response = await this.get(`/api/orders/${id}`);
    if (response.status !== 200) throw new Error(`Reading an order returned ${response.status}`);
    return (await response.json()) as OrderResource;
  }

  /** What the external systems have of a confirmed order. */
  async records(id: string) {
    const { payments, carrier } = this.#outside;
    const [charge] = await payments.entries(id);
    const [parcel] = await carrier.shipments(id);
    const mail = (await sentMails(this.#storage)).find(({ messageId }) => messageId.startsWith(id));
    return { paymentId: charge?.paymentId, trackingNumber: parcel?.trackingNumber, mail };
  }

  async unitsInStock(): Promise<number> {
    const products = await this.#outside.catalog.products();
    return products.reduce((units, { inStock }) => units + inStock, 0);
  }

  /** @param unitsBefore the stock before the order */
  async traces(id: string, unitsBefore: number): Promise<Traces> {
    const { payments, carrier } = this.#outside;
    const parcels = await carrier.shipments(id);
    // A sender that dies before it records the message sends it again: receivers ignore an id that they have seen.
    const messageIds = (await sentMails(this.#storage)).flatMap(({ messageId }) =>
      messageId.startsWith(id) ? [messageId] : [],
    );
    return {
      reserved: unitsBefore - (await this.unitsInStock()),
      ledger: (await payments.entries(id)).map(({ kind, amount }) => `${kind} ${amount.value}`),
      parcels: parcels.map(({ canceled }) => (canceled ? "canceled" : "booked")),
      mails: [...new Set(messageIds)].map((messageId) => messageId.slice(id.length + 1)),
    };
  }
}
