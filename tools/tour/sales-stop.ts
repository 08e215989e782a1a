import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { styleText } from "node:util";
import { poll } from "../../src/durable/client/poll.ts";
import { ROOT } from "../run.ts";
import type { Api } from "./api.ts";
import { bar, type Screen } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

interface Sales {
  readonly orders: number;
  readonly units: number;
  readonly revenue: { readonly value: number; readonly currency: string };
  readonly refunds: { readonly value: number; readonly currency: string };
}

const SAMPLE = join(ROOT, "samples", "orders", "two-mugs.json");
const SKU = "puzzle-500";
const ORDERS = 25;
const UNITS = 2;
const REFUND = 1000;
/** Signals may arrive shortly after the order is done. */
const UNTIL_SIGNALLED = { timeoutMs: 20_000, firstPauseMs: 50, longestPauseMs: 200 };

export const salesStop: Stop = {
  pattern: "Aggregator (stateful entity)",
  story:
    "Each product has an entity: a small named state, which gets signals from hundreds of orders.\n" +
    "It processes one message at a time, so no sale is lost, and remembers counted sales, so none counts twice.",
  code: "src/patterns/sales-aggregator/sales.entity.ts",
  async run(api, screen) {
    const before = await salesOf(api);
    screen.line(`  ${SKU} so far: ${inWords(before)}`);
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => order(api)));
    await Promise.all(orders.map((url) => api.watch(url)));
    const after = await untilSales(api, before.orders + ORDERS, (now) =>
      screen.live(`  orders counted ${bar(now.orders - before.orders, ORDERS)}`),
    );
    expectSame(`${ORDERS} simultaneous orders`, difference(after, before), {
      orders: ORDERS,
      units: ORDERS * UNITS,
      refunds: 0,
    });
    screen.good(`${ORDERS} orders at the same time, each counted once: ${styleText("bold", inWords(after))}`);
    await showRefund(api, screen, orders[0] ?? "");
    await showHistory(api, screen, orders[0] ?? "");
  },
};

const salesOf = (api: Api) => api.get<Sales>(`/api/sales/${SKU}`);

async function order(api: Api): Promise<string> {
  const sample = JSON.parse(await readFile(SAMPLE, "utf8")) as object;
  const body = { ...sample, lines: [{ sku: SKU, quantity: UNITS }] };
  const { links } = await api.post<{ links: { self: string } }>("/api/orders", body);
  return links.self;
}

async function untilSales(api: Api, orders: number, seen: (sales: Sales) => void): Promise<Sales> {
  return until(api, (sales) => sales.orders >= orders, seen);
}

async function until(
  api: Api,
  isThere: (sales: Sales) => boolean,
  seen: (sales: Sales) => void = () => undefined,
): Promise<Sales> {
  const found = await poll(async () => {
    const sales = await salesOf(api);
    seen(sales);
    return isThere(sales) ? sales : undefined;
  }, UNTIL_SIGNALLED);
  return found ?? salesOf(api);
}

const difference = (after: Sales, before: Sales) => ({
  orders: after.orders - before.orders,
  units: after.units - before.units,
  refunds: after.refunds.value - before.refunds.value,
});

async function showRefund(api: Api, screen: Screen, orderUrl: string): Promise<void> {
  const before = await salesOf(api);
  const { links } = await api.post<{ links: { self: string } }>("/api/refunds", {
    orderId: orderUrl.split("/").at(-1),
    amount: { value: REFUND, currency: "EUR" },
    reason: "A piece was missing",
    approver: "approver@example.com",
    escalateTo: "second.approver@example.com",
  });
  await api.watch(links.self);
  const after = await until(api, ({ refunds }) => refunds.value >= before.refunds.value + REFUND);
  expectSame("a refund of 10 EUR", difference(after, before), { orders: 0, units: 0, refunds: REFUND });
  screen.good("a refund of 10 EUR goes to the same entity, and does not change orders and units");
}

/** What an operator sees: the history of the same order. */
async function showHistory(api: Api, screen: Screen, orderUrl: string): Promise<void> {
  interface Instance {
    readonly status: string;
    readonly history: {
      readonly events: readonly {
        readonly event: string;
        readonly name?: string;
        readonly target?: string;
      }[];
    };
  }
  const id = orderUrl.split("/").at(-1) ?? "";
  const { status, history } = await api.get<Instance>(`/api/instances/${id}`);
  expectSame("the order for an operator", status, "completed");
  screen.good(`GET /api/instances/${id.slice(0, 14)}… shows an operator how the signal was sent:`);
  for (const { event, name, target } of history.events.slice(-3)) {
    screen.dim(`    ${event.padEnd(18)} ${[name, target].filter(Boolean).join(" → ")}`);
  }
}

function inWords({ orders, units, revenue }: Sales): string {
  return `${orders} orders, ${units} units, ${(revenue.value / 100).toFixed(2)} ${revenue.currency}`;
}
