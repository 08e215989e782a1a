import type { SalesFact } from "../../src/services/sales-journal.ts";
import type { Decided } from "../../tools/traffic/approver.ts";
import { type GroupBy, type ProductBooks, sumsOf } from "../../tools/traffic/books.ts";
import {
  checkEnds,
  checkKeys,
  checkOrders,
  checkSales,
  type Ended,
  type Invariant,
  type State,
} from "../../tools/traffic/checks.ts";
import type { Summary } from "../../tools/traffic/settle.ts";
import { GENERATION_DIGITS, KEY_DIGITS } from "../../src/http/start.ts";
import { checkImports } from "../../tools/traffic/import-checks.ts";
import { checkNews, checkRepeatedMails } from "../../tools/traffic/mail-checks.ts";
import type { Pattern } from "../../tools/traffic/processes.ts";
import { checkRefunds } from "../../tools/traffic/refund-checks.ts";
import type { Started } from "../../tools/traffic/traffic.ts";

export const EMAIL = "customer@example.com";
export const HEADING = "line,sku,price,currency,reason\r\n";
export const REFUSED = "3,refused,3.00,EUR,The supplier does not have it\r\n";

export const started = (id: string, end: string, about: Started["about"]): Started => ({
  pattern: id.split("-")[0] as Pattern,
  kind: "of this test",
  path: "",
  body: {},
  ends: [end],
  about,
  id,
  self: "",
  askedAt: 0,
});

const fact = (kind: SalesFact["kind"], orderId: string, value: number): SalesFact => ({
  key: `${kind}-${orderId}`,
  kind,
  isFirst: true,
  orderId,
  sku: "mug-300",
  quantity: 2,
  amount: { value, currency: "EUR" },
  country: "DE",
  at: "2026-11-24T10:00:00.000Z",
});

export const mail = (messageId: string, subject = "News", to = EMAIL) => ({
  mail: { messageId, to, subject, text: "" },
  sentAt: new Date(10_000),
});

const APPROVER = "approver@example.com";
export const decided = (choice: Decided["choice"], by = APPROVER): Decided => ({ choice, by, at: 10_000 });

export const completed = (kind: string, more: object = {}): State => ({
  status: "completed",
  result: { kind, ...more },
});

/** A process of the list, with digits of its key and of its own. */
export const keyed = (digit: string) =>
  summary(`report-${"f".repeat(KEY_DIGITS)}${digit.repeat(GENERATION_DIGITS)}`, "report");
const summary = (id: string, orchestration: string): Summary => {
  const at = new Date(0).toISOString();
  return { id, orchestration, status: "completed", createdAt: at, updatedAt: at };
};

/** What is known at the end of a shop in which all is right: an order that stays, one that was undone, and so on. */
export function aShop() {
  const order = { email: EMAIL, sku: "mug-300", quantity: 2 };
  const states: Record<string, State> = {
    "order-1": completed("confirmed"),
    "order-2": { status: "failed", error: { type: "carrierUnavailable" } },
    "refund-1": completed("approved", { decidedBy: APPROVER }),
    "refund-2": completed("rejected", { decidedBy: APPROVER }),
    "refund-3": completed("expired"),
    "import-1": completed("imported", { applied: 2 }),
  };
  const reports: Partial<Record<GroupBy, Record<string, ProductBooks>>> = {};
  return {
    started: [
      started("order-1", "completed confirmed", order),
      started("order-2", "failed carrierUnavailable", order),
      // First the one that nobody decides.
      started("refund-3", "completed expired", { orderId: "order-1", value: 100 }),
      started("refund-1", "completed approved", { orderId: "order-1", value: 300 }),
      started("refund-2", "completed rejected", { orderId: "order-1", value: 100 }),
      started("import-1", "completed imported", {
        skus: "ok refused mute",
        applied: 2,
        deadLetters: REFUSED,
      }),
    ],
    states,
    /** Among them an order from before, and one whose caller has got no answer. */
    instances: [
      ...["order-0", "order-1", "order-2", "order-3"].map((id) => summary(id, "orderFulfilment")),
      summary("refund-1", "refundApproval"),
      keyed("1"),
    ],
    journal: [
      fact("sale", "order-1", 1000),
      fact("refund", "order-1", 300),
      fact("sale", "order-2", 1000),
      fact("sale", "order-3", 1000),
      fact("withdrawal", "order-2", 1000),
    ],
    /** Of payment, carrier and mail. */
    orders: {
      "order-1": { charged: 1000, charges: 1, givenBack: 300, parcels: 1, mails: [EMAIL] },
      "order-2": { charged: 1000, charges: 1, givenBack: 1000, parcels: 0, mails: [] as string[] },
      "order-3": { charged: 1000, charges: 1, givenBack: 0, parcels: 1, mails: [EMAIL] },
    },
    paid: new Map([["refund-1", 300]]),
    decided: new Map([
      ["refund-1", decided("approve")],
      ["refund-2", decided("reject")],
    ]),
    mails: [mail("refund-3-askForDecision-1")],
    stock: { "mug-300": 96, "book-a4-24": 50 },
    ordersOutside: ["order-1", "order-2", "order-3"],
    doubled: [] as string[],
    prices: new Map(["ok", "mute"].map((sku) => [sku, { importId: "import-1" }])),
    letters: { status: 200, text: HEADING + REFUSED },
    killed: "host" as "host" | "worker",
    /** Where they are not those of the journal. */
    totals: undefined as Record<string, ProductBooks> | undefined,
    reports,
  };
}
export type Shop = ReturnType<typeof aShop>;

export async function invariantsOf(shop: Shop): Promise<Invariant[]> {
  const amounts = (kind: SalesFact["kind"], id: string) =>
    Object.fromEntries(
      shop.journal
        .filter((each) => each.kind === kind && each.orderId === id)
        .map(({ sku, amount }) => [sku, amount.value]),
    );
  const ended = {
    started: shop.started,
    instances: shop.instances,
    states: new Map(Object.entries(shop.states)),
    books: {
      facts: async () => shop.journal,
      ofOrder: async (id: keyof Shop["orders"]) => ({
        ...shop.orders[id],
        sold: amounts("sale", id),
        refunded: amounts("refund", id),
        withdrawn: amounts("withdrawal", id),
      }),
      stock: async () => shop.stock,
      totals: async () => shop.totals ?? sumsOf(shop.journal, "sku"),
      report: async (_from: Date, _until: Date, groupBy: GroupBy) =>
        shop.reports[groupBy] ?? sumsOf(shop.journal, groupBy),
      refundsPaid: async () => shop.paid,
    },
    outside: {
      catalog: { products: async () => [{ sku: "mug-300", price: { value: 500, currency: "EUR" } }] },
      supplier: { price: async (sku: string) => shop.prices.get(sku) },
    },
    client: {
      insist: async () => shop.letters,
      read: async (path: string) => (path === "/api/orders/order-3" ? completed("confirmed") : undefined),
    },
    mails: shop.mails,
    kills: [{ at: 10_000, target: shop.killed }],
    stockBefore: { "mug-300": 100, "book-a4-24": 50 },
    ordersBefore: new Set(["order-0"]),
    ordersOutside: shop.ordersOutside,
    period: { from: new Date(0), until: new Date(0) },
  } as unknown as Ended;
  return [
    ...checkEnds(ended),
    checkKeys(ended, shop.doubled),
    ...(await checkOrders(ended)),
    ...(await checkSales(ended)),
    ...(await checkRefunds(ended, { decided: shop.decided, refused: [] })),
    checkRepeatedMails(ended),
    checkNews(ended),
    ...(await checkImports(
      shop.started.filter(({ pattern }) => pattern === "import"),
      ended,
    )),
  ];
}
