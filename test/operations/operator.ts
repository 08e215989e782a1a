import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import type { Shop } from "../support/shop.ts";

export interface Summary {
  readonly id: string;
  readonly pattern: string | null;
  readonly status: string;
  readonly version?: string;
  readonly links: { readonly self: string };
}
export interface Detail extends Summary {
  readonly progress: unknown;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
  readonly history: {
    readonly omitted: number;
    readonly events: readonly (Readonly<Record<string, unknown>> & { readonly event: string })[];
  };
}

/** What an operator does with the instances of a shop, and orders for it. */
export class Operator {
  readonly orders: Orders;
  readonly #shop: Shop;

  constructor(shop: Shop) {
    this.#shop = shop;
    this.orders = new Orders(shop.host.url, shop.storage);
  }

  fetch(route: string, init?: RequestInit): Promise<Response> {
    return this.#shop.host.fetch(`/api/instances${route}`, init);
  }

  async detail(id: string): Promise<Detail> {
    const response = await this.fetch(`/${id}`);
    if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
    return (await response.json()) as Detail;
  }

  command(id: string, name: string, body?: unknown): Promise<Response> {
    return this.fetch(`/${id}/${name}`, {
      method: "POST",
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  }

  async endedOrder(token = "tok_ok"): Promise<string> {
    const id = await this.orders.place(anOrder({ token }));
    await this.#shop.host.instance(id).completion();
    await this.#shop.host.settle();
    return id;
  }

  /** An order that waits for the release of one of its steps. */
  async heldOrder() {
    const held = this.#shop.host.activity("bookShipment").nextCall();
    const id = await this.orders.place(anOrder());
    return { id, step: await held };
  }
}
