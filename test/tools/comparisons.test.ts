import { expect, test } from "vitest";
import type { SalesFact } from "../../src/services/sales-journal.ts";
import type { Decided } from "../../tools/traffic/approver.ts";
import { type GroupBy, GROUPS, type ProductBooks, sumsOf } from "../../tools/traffic/books.ts";
import {
  checkEnds,
  checkKeys,
  checkOrders,
  checkSales,
  type Ended,
  type State,
} from "../../tools/traffic/checks.ts";
import { checkImports } from "../../tools/traffic/import-checks.ts";
import { checkNews, checkRepeatedMails } from "../../tools/traffic/mail-checks.ts";
import type { Pattern } from "../../tools/traffic/processes.ts";
import { checkRefunds } from "../../tools/traffic/refund-checks.ts";
import type { Started } from "../../tools/traffic/traffic.ts";

const EMAIL = "customer@example.com";
const HEADING = "line,sku,price,currency,reason\r\n";
const REFUSED = "3,refused,3.00,EUR,The supplier does not have it\r\n";

const started = (id: string, end: string, about: Started["about"]): Started => ({
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

const mail = (messageId: string, subject = "News", to = EMAIL) => ({
  mail: { messageId, to, subject, text: "" },
  sentAt: new Date(10_000),
});

const APPROVER = "approver@example.com";
const decided = (choice: Decided["choice"], by = APPROVER): Decided => ({ choice, by, at: 10_000 });

const completed = (kind: string, more: object = {}): State => ({
  status: "completed",
  result: { kind, ...more },
});

const MONEY = "charged - given back = sale - refunds - withdrawn, for each order";
const DELIVERIES = "a confirmed order has one parcel and one mail, any other has none";
const TOTALS = "totals of each product = journal";
const REPORTS = "reports by product, day and country = journal";
const PAID = "a refund is paid if it was approved, once, and otherwise not";
const DECISIONS = "every decision that was accepted counts";
const COPIES = "the same mail comes twice only where a kill is between";
const PRICES = "the prices in force are those that imports have reported";
const LETTERS = "the dead letters are the lines that failed, with the reasons";
const GONE = started("watch-1", "completed delivered", { trackingNumber: "PP1" });
const aLine: ProductBooks = { orders: 1, units: 1, revenue: 1, refunds: 0 };

/** What is known at the end of a shop in which all is right: an order that stays, one that was undone, and so on. */
function aShop() {
  const order = { email: EMAIL, sku: "mug-300", quantity: 2 };
  const states: Record<string, State> = {
    "order-1": completed("confirmed"),
    "order-2": { status: "failed", error: { type: "carrierUnavailable" } },
    "refund-1": completed("approved", { decidedBy: APPROVER }),
    "refund-2": completed("rejected", { decidedBy: APPROVER }),
    "refund-3": completed("expired"),
    "import-1": completed("imported", { applied: 1 }),
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
      started("import-1", "completed imported", { skus: "ok refused", applied: 1, deadLetters: REFUSED }),
    ],
    states,
    journal: [
      fact("sale", "order-1", 1000),
      fact("refund", "order-1", 300),
      fact("sale", "order-2", 1000),
      fact("withdrawal", "order-2", 1000),
    ],
    /** Of payment, carrier and mail. */
    orders: {
      "order-1": { charged: 1000, charges: 1, givenBack: 300, parcels: 1, mails: [EMAIL] },
      "order-2": { charged: 1000, charges: 1, givenBack: 1000, parcels: 0, mails: [] as string[] },
    },
    paid: new Map([["refund-1", 300]]),
    decided: new Map([
      ["refund-1", decided("approve")],
      ["refund-2", decided("reject")],
    ]),
    mails: [mail("refund-3-askForDecision-1")],
    stock: { "mug-300": 98 },
    ordersOutside: ["order-1", "order-2"],
    doubled: [] as string[],
    prices: new Map([["ok", { importId: "import-1" }]]),
    letters: { status: 200, text: HEADING + REFUSED },
    /** Where they are not those of the journal. */
    totals: undefined as Record<string, ProductBooks> | undefined,
    reports,
  };
}
type Shop = ReturnType<typeof aShop>;

/** How many lines each broken invariant has. */
async function brokenIn(shop: Shop): Promise<Record<string, number>> {
  const amounts = (kind: SalesFact["kind"], id: string) =>
    Object.fromEntries(
      shop.journal
        .filter((each) => each.kind === kind && each.orderId === id)
        .map(({ sku, amount }) => [sku, amount.value]),
    );
  const ended = {
    started: shop.started,
    instances: [],
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
    client: { insist: async () => shop.letters, read: async () => undefined },
    mails: shop.mails,
    kills: [{ at: 10_000, target: "host" }],
    stockBefore: { "mug-300": 100 },
    ordersBefore: new Set(),
    ordersOutside: shop.ordersOutside,
    period: { from: new Date(0), until: new Date(0) },
  } as unknown as Ended;
  const invariants = [
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
  return Object.fromEntries(
    invariants.filter(({ broken }) => broken.length > 0).map(({ name, broken }) => [name, broken.length]),
  );
}

test("nothing is broken in a shop in which all is right", async () => {
  expect(await brokenIn(aShop())).toEqual({});
});

/** Each fault is found by one comparison alone. */
test.each<[invariant: string, fault: string, plant: (shop: Shop) => unknown]>([
  ["every start that was acknowledged is there", "a watch is gone", (shop) => shop.started.push(GONE)],
  [
    "every process ended as it should",
    "a refund was rejected that expires",
    ({ states }) => (states["refund-3"] = completed("rejected")),
  ],
  ["one key, one process", "a repeated start got another process", ({ doubled }) => doubled.push("key")],
  [MONEY, "more was given back than was refunded", ({ orders }) => (orders["order-1"].givenBack = 400)],
  [MONEY, "a sale was not withdrawn", ({ journal }) => journal.pop()],
  [MONEY, "an order was charged twice", ({ orders }) => (orders["order-1"].charges = 2)],
  [
    MONEY,
    "an order that was undone keeps its money and its sale",
    ({ orders, journal }) => {
      orders["order-2"].givenBack = 0;
      journal.pop();
    },
  ],
  [DELIVERIES, "a confirmed order has no parcel", ({ orders }) => (orders["order-1"].parcels = 0)],
  [DELIVERIES, "a confirmed order has two parcels", ({ orders }) => (orders["order-1"].parcels = 2)],
  [DELIVERIES, "an order that was undone has a parcel", ({ orders }) => (orders["order-2"].parcels = 1)],
  [DELIVERIES, "a confirmed order has no mail", ({ orders }) => orders["order-1"].mails.pop()],
  [DELIVERIES, "a confirmed order has two mails", ({ orders }) => orders["order-1"].mails.push(EMAIL)],
  [DELIVERIES, "an order that was undone has a mail", ({ orders }) => orders["order-2"].mails.push(EMAIL)],
  [
    "no order outside that nobody has placed",
    "the carrier knows another one",
    ({ ordersOutside }) => ordersOutside.push("order-3"),
  ],
  [
    "stock = stock before - what confirmed orders have reserved",
    "an order that was undone has kept its reservation",
    ({ stock }) => (stock["mug-300"] = 96),
  ],
  [TOTALS, "a product has none", (shop) => (shop.totals = {})],
  [
    TOTALS,
    "a product that was never sold has some",
    (shop) => (shop.totals = { ...sumsOf(shop.journal, "sku"), "book-a4-24": aLine }),
  ],
  ...GROUPS.flatMap((groupBy): [string, string, (shop: Shop) => unknown][] => [
    [REPORTS, `that by ${groupBy} is empty`, ({ reports }) => (reports[groupBy] = {})],
    [
      REPORTS,
      `that by ${groupBy} has one line more`,
      ({ reports, journal }) => (reports[groupBy] = { ...sumsOf(journal, groupBy), more: aLine }),
    ],
  ]),
  [PAID, "one that was approved was not", ({ paid }) => paid.delete("refund-1")],
  [PAID, "one was paid with another amount", ({ paid }) => paid.set("refund-1", 200)],
  [PAID, "one that was rejected was", ({ paid }) => paid.set("refund-2", 100)],
  [
    DECISIONS,
    "an approval was followed by the end of time",
    (shop) => shop.decided.set("refund-3", decided("approve")),
  ],
  [
    DECISIONS,
    "a rejection was followed by an approval",
    (shop) => shop.decided.set("refund-1", decided("reject")),
  ],
  [
    DECISIONS,
    "it counts as another approver's",
    (shop) => shop.decided.set("refund-2", decided("reject", "second@example.com")),
  ],
  [
    COPIES,
    "another recipient under one id",
    ({ mails }) => mails.push(mail("refund-3-askForDecision-1", "News", "x")),
  ],
  [
    COPIES,
    "another subject under one id",
    ({ mails }) => mails.push(mail("refund-3-askForDecision-1", "Sales")),
  ],
  [PRICES, "one that was reported is not in force", ({ prices }) => prices.clear()],
  [
    PRICES,
    "one is in force that was refused",
    ({ prices }) => prices.set("refused", { importId: "import-1" }),
  ],
  [
    PRICES,
    "fewer lines were applied than are right",
    ({ prices, states }) => {
      prices.clear();
      states["import-1"] = completed("imported", { applied: 0 });
    },
  ],
  [
    PRICES,
    "more were reported",
    ({ states }) => (states["import-1"] = completed("imported", { applied: 2 })),
  ],
  [LETTERS, "one is missing", ({ letters }) => (letters.text = HEADING)],
  [LETTERS, "the file is missing", ({ letters }) => (letters.status = 404)],
])("%s: %s", async (name, _fault, plant) => {
  const shop = aShop();
  plant(shop);
  expect(await brokenIn(shop)).toEqual({ [name]: 1 });
});
