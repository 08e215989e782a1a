import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import type { Api, Resource } from "./api.ts";
import { ORDER_CASES, type OrderCase, orderOf } from "./order-cases.ts";
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
    const orders = await Promise.all(ORDER_CASES.map((it) => placeOrder(api, it, product.sku)));
    for (const [index, it] of ORDER_CASES.entries()) await follow(api, screen, it, orders[index] ?? "");
    await showIdempotency(api, screen, product.sku);
  },
};

async function placeOrder(api: Api, it: OrderCase, sku: string): Promise<string> {
  const { links } = await api.post<{ links: { self: string } }>("/api/orders", orderOf(it, sku));
  return links.self;
}

async function follow(api: Api, screen: Screen, it: OrderCase, url: string): Promise<void> {
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
  const order = orderOf({}, sku);
  const starts = await Promise.all(
    Array.from({ length: 5 }, () => api.post<{ id: string }>("/api/orders", order, key)),
  );
  expectSame("five calls with one Idempotency-Key", new Set(starts.map(({ id }) => id)).size, 1);
  screen.good("the same order sent five times simultaneously with one Idempotency-Key: one order");
}
