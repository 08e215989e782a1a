import type { Client } from "./client.ts";
import {
  anImport,
  anOrder,
  aRefund,
  aRendering,
  aReport,
  aWatch,
  type Pattern,
  type Wanted,
} from "./processes.ts";
import type { Random } from "./random.ts";
import type { Load, Started } from "./traffic.ts";

interface OrderResult {
  readonly trackingNumber?: string;
  readonly total?: { readonly value: number };
}

/** Which orders are refunded: also such as still run or were refused, or only confirmed ones. */
type Refunds = "any" | "onlyConfirmed";

const NOT_A_PHOTO = new Uint8Array(Buffer.from("This is a text."));
const NEWEST = 25;

/** Brings what processes need before they are started: files, and orders that are refunded or watched. */
export class Preparation {
  readonly #client: Client;
  readonly #load: Load;
  readonly #orders: () => Started[];
  readonly #watched = new Set<string>();
  readonly #refunded = new Set<string>();

  /** @param orders started until now, in this sequence */
  constructor(client: Client, load: Load, orders: () => Started[]) {
    this.#client = client;
    this.#load = load;
    this.#orders = orders;
  }

  /** @returns undefined if there is nothing to start such a process for */
  async of(
    pattern: Pattern,
    random: Random,
    name: string,
    refunds: Refunds = "any",
  ): Promise<Wanted | undefined> {
    switch (pattern) {
      case "order":
        return anOrder(random);
      case "refund":
        return this.#refund(random, refunds);
      case "watch":
        return this.#watch(random);
      case "album":
        return this.#album(random, name);
      case "report":
        return aReport(random, new Date());
      case "import":
        return this.#import(random, name);
    }
  }

  async #album(random: Random, name: string): Promise<Wanted> {
    const failures = random.chance(0.3) ? 1 : 0;
    const files = [...this.#load.photos, ...(failures > 0 ? [NOT_A_PHOTO] : [])];
    for (const [index, body] of files.entries()) {
      await this.#put(`/api/albums/${name}/photos/${index}.jpg`, "image/jpeg", body);
    }
    return aRendering(name, this.#load.photos.length, failures);
  }

  async #import(random: Random, name: string): Promise<Wanted> {
    const { csv, ...wanted } = anImport(random, name);
    await this.#put(`/api/price-lists/${name}`, "text/csv", csv);
    return wanted;
  }

  async #put(path: string, type: string, body: Uint8Array<ArrayBuffer> | string): Promise<void> {
    await this.#client.expect([200, 201], "PUT", path, { headers: { "content-type": type }, body });
  }

  async #refund(random: Random, refunds: Refunds): Promise<Wanted | undefined> {
    if (refunds === "onlyConfirmed" || random.chance(0.5)) return this.#refundOfConfirmed(random);
    const order = oneOf(random, this.#newestOrders());
    return order && aRefund(random, order.id);
  }

  async #watch(random: Random): Promise<Wanted | undefined> {
    const order = this.#orderToBeConfirmed(random, this.#watched);
    const trackingNumber = (await this.#take(order, this.#watched))?.trackingNumber;
    if (!order || trackingNumber === undefined) return undefined;
    return aWatch(trackingNumber, String(order.about["postalCode"]));
  }

  /** Nothing else is refunded of the order, unless a caller asks for it at any time. */
  async #refundOfConfirmed(random: Random): Promise<Wanted | undefined> {
    const order = this.#orderToBeConfirmed(random, this.#refunded);
    const total = (await this.#take(order, this.#refunded))?.total?.value;
    return order && total !== undefined ? aRefund(random, order.id, total) : undefined;
  }

  #orderToBeConfirmed(random: Random, taken: ReadonlySet<string>): Started | undefined {
    const isFit = ({ id, ends }: Started) => ends[0] === "completed confirmed" && !taken.has(id);
    return oneOf(random, this.#newestOrders().filter(isFit));
  }

  /** The result of an order that has just been chosen, unless it has none yet. */
  async #take(order: Started | undefined, taken: Set<string>): Promise<OrderResult | undefined> {
    if (!order) return undefined;
    taken.add(order.id);
    const seen = await this.#client.read<{ result?: OrderResult }>(order.self);
    if (!seen?.result) taken.delete(order.id);
    return seen?.result;
  }

  #newestOrders(): Started[] {
    return this.#orders().slice(-(this.#load.newest ?? NEWEST));
  }
}

function oneOf<T>(random: Random, list: readonly T[]): T | undefined {
  return list.length === 0 ? undefined : random.pick(list);
}
