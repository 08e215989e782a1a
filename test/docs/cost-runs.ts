import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { EventType, type HistoryEvent } from "durable-local-host";
import { MemoryStore } from "durable-local-host";
import { createTestHost, type TestHost } from "durable-local-host/testing";
import { vi } from "vitest";
import { poll } from "../../src/durable/client/poll.ts";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import { Storage } from "../../src/storage/storage.ts";
import { type Azurite, type StorageRequest, startAzurite } from "../../tools/azurite.ts";
import { ROOT } from "../../tools/run.ts";
import { Albums } from "../patterns/image-fan-out/albums.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { Imports } from "../patterns/price-import/imports.ts";
import { APPROVER, aRefund, Refunds, SECOND } from "../patterns/refund-approval/refunds.ts";
import { Reports } from "../patterns/report-async-http/reports.ts";
import { Watches } from "../patterns/shipment-monitor/watches.ts";
import type { Shop } from "../support/shop.ts";
import type { Recorded } from "./cost-model.ts";

/** Requests of the app itself; the task hub of the local host is in memory and makes none. */
export interface OwnCalls {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

const PREFIX = "shop";
/** The shop on its own Azurite, whose access log is counted. */
export class CountedShop implements Shop, Recorded {
  readonly host: TestHost;
  readonly storage: Storage;
  readonly #azurite: Azurite;
  readonly #requests: StorageRequest[];
  readonly #continued: readonly (readonly HistoryEvent[])[];

  private constructor(
    host: TestHost,
    azurite: Azurite,
    requests: StorageRequest[],
    continued: readonly (readonly HistoryEvent[])[],
  ) {
    this.host = host;
    this.#continued = continued;
    this.#azurite = azurite;
    this.#requests = requests;
    const connection = { kind: "connectionString", connectionString: azurite.connectionString } as const;
    this.storage = new Storage({ connection, prefix: PREFIX });
  }

  static async start(): Promise<CountedShop> {
    // The app asks every minute whether its tables, queues and containers exist, which is not a part of any run.
    vi.spyOn(Date, "now").mockReturnValue(Date.now());
    const requests: StorageRequest[] = [];
    const azurite = await startAzurite({ onRequest: (request) => requests.push(request) });
    process.env["AzureWebJobsStorage"] = azurite.connectionString;
    process.env["SHOP_STORAGE_PREFIX"] = PREFIX;
    // It would run a thousand times during a refund; the page lists it separately.
    process.env["SHOP_RESCUE_SCHEDULE"] = "0 0 0 1 1 *";
    const continued: HistoryEvent[][] = [];
    keepContinued(continued);
    // Today's date, because the links to decide about refunds expire by the machine's clock.
    const host = await createTestHost({ app: ROOT, startAt: new Date() });
    return new CountedShop(host, azurite, requests, continued);
  }

  get hub() {
    return this.host.hub;
  }

  continued(instanceId: string): (readonly HistoryEvent[])[] {
    return this.#continued.filter((history) =>
      history.some(
        (event) =>
          event.EventType === EventType.ExecutionStarted &&
          event.OrchestrationInstance.InstanceId === instanceId,
      ),
    );
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.#azurite.stop();
    vi.restoreAllMocks();
  }

  /** The storage requests of the app during `work`, without the polling of its queues. */
  async count(work: () => Promise<unknown>): Promise<OwnCalls> {
    const from = await this.#logged();
    await work();
    const until = await this.#logged();
    const calls = { blob: 0, queue: 0, table: 0 };
    for (const request of this.#requests.slice(from, until)) {
      if (isCounted(request)) calls[service(request)] += 1;
    }
    return calls;
  }

  /** The number of logged requests, when everything until now is logged: that is after the response, but in order. */
  async #logged(): Promise<number> {
    const path = `/${randomUUID()}`;
    await fetch(`http://127.0.0.1:${this.#azurite.ports.blob}${path}`);
    const find = async () => this.#requests.findIndex((request) => request.path === path) + 1 || undefined;
    const found = await poll(find, { timeoutMs: 10_000, firstPauseMs: 5, longestPauseMs: 50 });
    if (found === undefined) throw new Error("The storage emulator has not logged a request");
    return found;
  }
}

const isCounted = ({ path }: StorageRequest) =>
  path.split("/").length > 2 && !path.includes("/messages?numofmessages");

/** The store deletes the history of an execution when the next one replaces it, so it is read before. */
function keepContinued(continued: HistoryEvent[][]): void {
  const store: { deleteHistory: (key: number) => void } = MemoryStore.prototype;
  store.deleteHistory = new Proxy(store.deleteHistory, {
    apply(original, memory: MemoryStore, args: [key: number]) {
      continued.push(JSON.parse(`[${memory.history(args[0])}]`) as HistoryEvent[]);
      Reflect.apply(original, memory, args);
    },
  });
}

/** Tables have camel-case names; queues and containers are distinguished by the request. */
function service({ path }: StorageRequest): keyof OwnCalls {
  const name = path.split("/")[2] ?? "";
  if (/^(?:\$batch|Tables|shop[A-Z])/.test(name)) return "table";
  return /\/messages(?:[/?]|$)/.test(path) ? "queue" : "blob";
}

/** One path through a pattern. */
export interface Run {
  readonly pattern: string;
  readonly what: string;
  /** Prepares data, which is not counted. Returns the argument of `go`. */
  readonly prepare?: (shop: Shop) => Promise<string>;
  /** Starts it and, if there is a decision, decides. Returns the instance's id. */
  readonly go: (shop: Shop, prepared: string) => Promise<string>;
  /** Prepares the decision, which is not counted. Returns the argument of `decide`. */
  readonly wait?: (shop: Shop, id: string) => Promise<string>;
  readonly decide?: (shop: Shop, waited: string) => Promise<unknown>;
}

const refunds = ({ host, storage }: Shop) => new Refunds(host.url, storage);

const decided = (what: string, hours: number, approver: string): Run => ({
  pattern: "refund-approval",
  what,
  prepare: (shop) => refunds(shop).soldOrder(),
  go: (shop, orderId) => refunds(shop).start(aRefund({ orderId })),
  async wait(shop, id) {
    await shop.host.settle();
    return refunds(shop).linkTo(approver, id);
  },
  async decide(shop, link) {
    const answer = await refunds(shop).decide(link, "approve");
    if (answer.status !== 200) throw new Error(`A decision returned ${answer.status}`);
  },
  ...(hours > 0 && {
    go: async (shop, orderId) => {
      const id = await refunds(shop).start(aRefund({ orderId }));
      await shop.host.advance({ hours, seconds: 2 });
      return id;
    },
  }),
});

const album = (photos: number): Run => ({
  pattern: "image-fan-out",
  what: `${photos} photos in 2 widths`,
  async prepare(shop) {
    const name = `of-${photos}`;
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: "teal" } });
    const photo = new Uint8Array(await picture.jpeg().toBuffer());
    for (let at = 0; at < photos; at++) await new Albums(shop.host).put(name, `${at}.jpg`, photo);
    return name;
  },
  go: ({ host }, name) => new Albums(host).start(name, { widths: [16, 32], format: "jpeg" }),
});

const prices = (what: string, skus: readonly string[]): Run => ({
  pattern: "price-import",
  what,
  async prepare(shop) {
    const name = skus[0] ?? "";
    await new Imports(shop).bring(
      name,
      skus.map((sku) => `${sku},1.00,EUR`),
    );
    return name;
  },
  go: (shop, name) => new Imports(shop).start(name, { onError: "retry" }),
});

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

const MANY = 1000;

export const RUNS: readonly Run[] = [
  {
    pattern: "order-chaining",
    what: "confirmed, 2 products",
    go: ({ host, storage }) => new Orders(host.url, storage).place(anOrder()),
  },
  {
    pattern: "order-chaining",
    what: "declined and undone",
    go: ({ host, storage }) => new Orders(host.url, storage).place(anOrder({ token: "tok_declined" })),
  },
  album(4),
  album(24),
  {
    pattern: "report-async-http",
    what: "30 days by day",
    go: ({ host }) => new Reports(host.url).start({ from: daysAgo(29), to: daysAgo(0), groupBy: "day" }),
  },
  {
    pattern: "refund-approval",
    what: "below the limit",
    prepare: (shop) => refunds(shop).soldOrder(),
    go: (shop, orderId) => refunds(shop).start(aRefund({ orderId, amount: { value: 100, currency: "EUR" } })),
  },
  decided("approved at once", 0, APPROVER),
  decided("approved after reminders and escalation", 72, SECOND),
  {
    pattern: "shipment-monitor",
    what: "delivered, 5 checks",
    async prepare({ storage }) {
      const shipTo = { name: "A", street: "B", postalCode: "10115", city: "C", country: "DE" };
      const orderId = `order-${randomUUID()}`;
      const booked = await createSandbox(storage).carrier.book({ idempotencyKey: orderId, orderId, shipTo });
      return booked.kind === "booked" ? booked.trackingNumber : "";
    },
    go: async (shop, parcel) => (await new Watches(shop).start(parcel)).id,
  },
  prices(
    `${MANY} lines, all valid`,
    Array.from({ length: MANY }, (_, at) => `many-${at}`),
  ),
  prices("10 lines, one with two faults", [
    ...Array.from({ length: 9 }, (_, at) => `ten-${at}`),
    "flaky-2-x",
  ]),
];
