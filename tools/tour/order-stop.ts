import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import type { Api, Resource } from "./api.ts";
import type { Screen } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

interface Progress {
  readonly step: string;
  readonly completedSteps: readonly string[];
}

interface Result {
  readonly kind: string;
  readonly reason?: string;
  readonly undone?: readonly string[];
  readonly trackingNumber?: string;
}

type Order = Resource<Progress, Result>;

/** An order that shows one path through the saga. */
interface Case {
  readonly title: string;
  readonly sku?: string;
  readonly token?: string;
  readonly postalCode?: string;
  readonly country?: string;
  readonly email?: string;
  readonly ends: { readonly kind: string; readonly undone?: readonly string[] } | { readonly error: string };
}

const CASES: readonly Case[] = [
  { title: "everything works", ends: { kind: "confirmed" } },
  { title: "two faults at the card processor, retried", token: "tok_flaky", ends: { kind: "confirmed" } },
  { title: "a sku that does not exist", sku: "no-such-print", ends: { kind: "unknownProduct", undone: [] } },
  { title: "out of stock", sku: "calendar-2020", ends: { kind: "outOfStock", undone: [] } },
  {
    title: "the card is declined",
    token: "tok_declined",
    ends: { kind: "paymentDeclined", undone: ["releaseStock"] },
  },
  {
    title: "no carrier delivers there",
    postalCode: "00000",
    ends: { kind: "undeliverable", undone: ["refundPayment", "releaseStock"] },
  },
  { title: "the card processor is down", token: "tok_down", ends: { error: "paymentUnavailable" } },
  {
    title: "the sale is recorded, but its answer is lost: the last step that can be undone",
    country: "ZZ",
    ends: { error: "journalUnavailable" },
  },
  {
    title: "after the point of no return: the outbox fails, and the order stays confirmed",
    email: "away@example.com",
    ends: { kind: "confirmed" },
  },
];

export const orderStop: Stop = {
  pattern: "Function chaining",
  story:
    "An order runs through steps, and each uses earlier results. When a later step refuses or fails, earlier steps\n" +
    "are undone in reverse order: a saga. After the point of no return, when the sale is recorded, nothing is undone.",
  code: "src/patterns/order-chaining/order.orchestrator.ts",
  async run(api, screen) {
    const { products } = await api.get<{ products: { sku: string; inStock: number }[] }>("/api/catalog");
    const product = products.find(({ inStock }) => inStock > 100);
    if (!product) throw new Error("The catalogue has nothing in stock");
    // All at the same time, like real customers; shown one after another.
    const orders = await Promise.all(CASES.map((it) => placeOrder(api, it, product.sku)));
    for (const [index, it] of CASES.entries()) await follow(api, screen, it, orders[index] ?? "");
    await showIdempotency(api, screen, product.sku);
  },
};

async function placeOrder(api: Api, it: Case, sku: string): Promise<string> {
  const { links } = await api.post<{ links: { self: string } }>("/api/orders", orderOf(it, sku));
  return links.self;
}

function orderOf(it: Case, sku: string) {
  return {
    customer: { name: "Sample Customer", email: it.email ?? "customer@example.com" },
    shipTo: {
      name: "Sample Customer",
      street: "Example Street 1",
      postalCode: it.postalCode ?? "10115",
      city: "Berlin",
      country: it.country ?? "DE",
    },
    lines: [{ sku: it.sku ?? sku, quantity: 2 }],
    payment: { token: it.token ?? "tok_ok" },
  };
}

async function follow(api: Api, screen: Screen, it: Case, url: string): Promise<void> {
  const order = await api.watch<Progress, Result>(url, ({ progress }) => {
    screen.live(`  ${it.title}: ${trail(progress)} → ${styleText("yellow", progress.step)} …`);
  });
  const { ends } = it;
  if ("error" in ends) {
    expectSame(it.title, [order.status, order.error?.type], ["failed", ends.error]);
  } else {
    expectSame(it.title, [order.status, order.result?.kind], ["completed", ends.kind]);
    if (ends.undone) expectSame(`${it.title}, undone`, order.result?.undone, ends.undone);
  }
  report(screen, it.title, order, await failedTries(api, order.id));
}

interface HistoryEvent {
  readonly event: string;
  readonly name?: string;
}

/** The tries that failed, by step, from the instance's history. The caller never sees them. */
async function failedTries(api: Api, id: string): Promise<string> {
  const { history } = await api.get<{ history: { events: HistoryEvent[] } }>(`/api/instances/${id}`);
  const failed = Map.groupBy(
    history.events.filter(({ event }) => event === "activityFailed"),
    ({ name }) => name,
  );
  return [...failed].map(([name, { length }]) => `${name} ${length} time${length > 1 ? "s" : ""}`).join(", ");
}

function report(screen: Screen, title: string, order: Order, failed: string): void {
  const { result, error, progress, status } = order;
  screen.good(`${title}: ${styleText("bold", result?.kind ?? error?.type ?? status)}`);
  const details = {
    completed: trail(progress) || "no step",
    failed,
    undone: result?.undone?.join(" → "),
    reason: result?.reason ?? error?.message,
    parcel: result?.trackingNumber,
  };
  for (const [label, text] of Object.entries(details)) if (text) screen.dim(`    ${label.padEnd(11)}${text}`);
}

const trail = (progress: Progress) => progress.completedSteps.join(" → ");

async function showIdempotency(api: Api, screen: Screen, sku: string): Promise<void> {
  const key = randomUUID();
  const order = orderOf({ title: "", ends: { kind: "" } }, sku);
  const starts = await Promise.all(
    Array.from({ length: 5 }, () => api.post<{ id: string }>("/api/orders", order, key)),
  );
  expectSame("five calls with one Idempotency-Key", new Set(starts.map(({ id }) => id)).size, 1);
  screen.good("the same order sent five times simultaneously with one Idempotency-Key: one order");
}
