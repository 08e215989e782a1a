import { expect, test } from "vitest";
import { GROUPS, type ProductBooks, sumsOf } from "../../tools/traffic/books.ts";
import {
  aShop,
  completed,
  decided,
  EMAIL,
  HEADING,
  invariantsOf,
  keyed,
  mail,
  REFUSED,
  type Shop,
  started,
} from "./made-up-shop.ts";

const MONEY = "charged - given back = sale - refunds - withdrawn, for each order";
const DELIVERIES = "a confirmed order has one parcel and one mail, any other has none";
const TOTALS = "totals of each product = journal";
const REPORTS = "reports by product, day and country = journal";
const PAID = "a refund is paid if it was approved, once, and otherwise not";
const DECISIONS = "every decision that was accepted counts";
const COPIES = "the same mail comes twice only where a kill is between";
const PRICES = "the prices in force are those that imports have reported";
const LETTERS = "the dead letters are the lines that failed, with the reasons";
const OTHER_REASON = HEADING + REFUSED.replace("does not have it", "does not answer");
const GONE = started("watch-1", "completed delivered", { trackingNumber: "PP1" });
const aLine: ProductBooks = { orders: 1, units: 1, revenue: 1, refunds: 0 };

/** How many lines each broken invariant has. */
async function brokenIn(shop: Shop): Promise<Record<string, number>> {
  const broken = (await invariantsOf(shop)).filter((each) => each.broken.length > 0);
  return Object.fromEntries(broken.map((each) => [each.name, each.broken.length]));
}

test("nothing is broken in a shop in which all is right", async () => {
  expect(await brokenIn(aShop())).toEqual({});
});

test("a line may fail for another reason if its worker has died", async () => {
  const shop = aShop();
  shop.killed = "worker";
  shop.letters.text = OTHER_REASON;
  expect(await brokenIn(shop)).toEqual({});
  shop.letters.text = HEADING;
  expect(await brokenIn(shop)).toEqual({ [LETTERS]: 1 });
});

test("all that there is is compared", async () => {
  const compared = (await invariantsOf(aShop())).map((each) => [each.name, each.compared]);
  expect(Object.fromEntries(compared)).toEqual({
    "every start that was acknowledged is there": 6,
    "every process ended as it should": 6,
    "one key, one process": 1,
    [MONEY]: 3,
    [DELIVERIES]: 3,
    "a confirmed order is charged, sold and mailed as it was ordered": 2,
    "no order outside that nobody has placed": 3,
    "stock = stock before - what confirmed orders have reserved": 2,
    [TOTALS]: 1,
    [REPORTS]: GROUPS.length,
    [PAID]: 3,
    [DECISIONS]: 2,
    "a refund is refused only if too little is left of its order": 0,
    [COPIES]: 1,
    "the news of a watched parcel is mailed, each once": 0,
    [PRICES]: 1,
    [LETTERS]: 1,
  });
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
  ["one key, one process", "there are two of a key", ({ instances }) => instances.push(keyed("2"))],
  [MONEY, "more was given back than was refunded", ({ orders }) => (orders["order-1"].givenBack = 400)],
  [MONEY, "a sale was not withdrawn", ({ journal }) => journal.pop()],
  [MONEY, "an order without an answer was charged twice", ({ orders }) => (orders["order-3"].charges = 2)],
  [
    MONEY,
    "an order was charged twice, and one charge was given back",
    ({ orders }) => Object.assign(orders["order-1"], { charges: 2, charged: 2000, givenBack: 1300 }),
  ],
  [
    MONEY,
    "an order that was undone keeps its money and its sale",
    ({ orders, journal }) => {
      orders["order-2"].givenBack = 0;
      journal.pop();
    },
  ],
  [DELIVERIES, "a confirmed order has no parcel", ({ orders }) => (orders["order-1"].parcels = 0)],
  [DELIVERIES, "an order without an answer has no parcel", ({ orders }) => (orders["order-3"].parcels = 0)],
  [DELIVERIES, "a confirmed order has two parcels", ({ orders }) => (orders["order-1"].parcels = 2)],
  [DELIVERIES, "an order that was undone has a parcel", ({ orders }) => (orders["order-2"].parcels = 1)],
  [DELIVERIES, "a confirmed order has no mail", ({ orders }) => orders["order-1"].mails.pop()],
  [DELIVERIES, "a confirmed order has two mails", ({ orders }) => orders["order-1"].mails.push(EMAIL)],
  [DELIVERIES, "an order that was undone has a mail", ({ orders }) => orders["order-2"].mails.push(EMAIL)],
  [
    "no order outside that nobody has placed",
    "the carrier knows another one",
    ({ ordersOutside }) => ordersOutside.push("order-4"),
  ],
  [
    "stock = stock before - what confirmed orders have reserved",
    "an order that was undone has kept its reservation",
    ({ stock }) => (stock["mug-300"] = 94),
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
  [PRICES, "one that was reported is not in force", ({ prices }) => prices.delete("ok")],
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
    ({ states }) => (states["import-1"] = completed("imported", { applied: 3 })),
  ],
  [LETTERS, "one is missing", ({ letters }) => (letters.text = HEADING)],
  [LETTERS, "one has another reason", ({ letters }) => (letters.text = OTHER_REASON)],
  [LETTERS, "the file is missing", ({ letters }) => (letters.status = 404)],
])("%s: %s", async (name, _fault, plant) => {
  const shop = aShop();
  plant(shop);
  expect(await brokenIn(shop)).toEqual({ [name]: 1 });
});
