import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, inject, test } from "vitest";
import type { SalesFact } from "../../src/services/sales-journal.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { loadAtOnce } from "../../tools/load/at-once.ts";
import { ROOT } from "../../tools/run.ts";
import { type Books, sumsOf } from "../../tools/traffic/books.ts";
import { checkLeftBehind } from "../../tools/traffic/left-behind.ts";
import { checkOrders, type Ended } from "../../tools/traffic/checks.ts";
import { checkRefunds } from "../../tools/traffic/refund-checks.ts";
import { checkReports } from "../../tools/traffic/report-checks.ts";

const folder = mkdtempSync(path.join(tmpdir(), "invariants-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What faults of the app would leave, one for each comparison. */
async function plant(storage: Storage): Promise<void> {
  const first = async (container: string, ending: string) => {
    for await (const { name } of (await storage.container(container)).listBlobsFlat()) {
      if (name.endsWith(ending)) return (await storage.container(container)).getBlockBlobClient(name);
    }
    throw new Error(`There is no ${ending}`);
  };
  const sheet = await first("renditions", "contact-sheet.jpg");
  const half = (await sheet.downloadToBuffer()).subarray(0, 2000);
  await sheet.upload(half, half.length);
  const rendition = await first("renditions", ".webp");
  const narrow = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .webp()
    .toBuffer();
  const { contentLength = 0 } = await rendition.getProperties();
  await rendition.upload(Buffer.concat([narrow, Buffer.alloc(contentLength - narrow.length)]), contentLength);
  const heading = "line,sku,price,currency,reason\r\n";
  const letters = await first("imports", "dead-letters.csv");
  await letters.upload(heading, heading.length);
  const report = await first("reports", "report.csv");
  const empty = "day,orders,units,revenue,refunds,currency\r\n";
  await report.upload(empty, empty.length);
  const page = letters.name.replace("dead-letters.csv", "pages/0/lines.json");
  await (await storage.container("imports")).getBlockBlobClient(page).upload("{}", 2);
  const claims = await Array.fromAsync((await storage.table("claims")).listEntities<{ value?: string }>());
  const refund = claims.find(({ value }) => value?.startsWith("refund-"))?.value;
  const gone = { partitionKey: "order-1", rowKey: "start", value: "order-1" };
  await (await storage.table("claims")).createEntity(gone);
  await (await storage.table("rescues")).createEntity({ partitionKey: "instance", rowKey: "order-1" });
  await storage.container("forgotten");
  const parcels = (await storage.table("parcels")).listEntities();
  const { value } = (await parcels.next()) as { value: { partitionKey: string } };
  const subject = `Your parcel ${value.partitionKey} is announced`;
  const reminder = [`${refund}-remindApprover-2-1`, "Reminder"];
  for (const [messageId, about] of [["one", subject], ["two", subject], reminder]) {
    const mail = { messageId, to: "customer@example.com", subject: about, text: "" };
    await (await storage.queue("outbox")).sendMessage(JSON.stringify(mail));
  }
}

test("what was planted is found, and nothing else", async () => {
  const options = { app: ROOT, folder, storage: inject("storage"), seed: 5, starts: 3, onQuiet: plant };
  const { invariants } = await loadAtOnce(options);
  const broken = invariants.filter((each) => each.broken.length > 0);
  expect(Object.fromEntries(broken.map((each) => [each.name, each.broken.length]))).toEqual({
    "approvers are asked and reminded until one decides": 1,
    "the news of a watched parcel is mailed, each once": 1,
    "a rendition is what its photo is rendered to without a crash": 1,
    "the contact sheet of an album shows all its photos": 1,
    "a report has all sales that were confirmed before it": expect.any(Number) as number,
    "the dead letters are the lines that failed, with the reasons": 1,
    "nothing is left in storage without a process that needs it": 4,
  });
  const untried = invariants.filter(({ compared }) => compared === 0).map(({ name }) => name);
  expect(untried).toEqual(["a refund is refused only if too little is left of its order"]);
}, 300_000);

const aFact = (kind: SalesFact["kind"], value: number): SalesFact => ({
  key: `${kind}-${value}`,
  kind,
  isFirst: true,
  orderId: "order-1",
  sku: "mug-300",
  quantity: 2,
  amount: { value, currency: "EUR" },
  country: "DE",
  at: "2026-11-24T10:00:00.000Z",
});

describe("a confirmed order", () => {
  const email = "customer@example.com";
  const broken = async (charged: number, to: string, fact: Partial<SalesFact>) => {
    const about = { email, sku: "mug-300", quantity: 2 };
    const facts = [{ ...aFact("sale", charged), ...fact }];
    const books = {
      charged,
      charges: 1,
      givenBack: 0,
      sold: { "mug-300": charged },
      refunded: {},
      withdrawn: {},
    };
    const ended = {
      started: [{ id: "order-1", pattern: "order", about }],
      instances: [],
      states: new Map([["order-1", { status: "completed", result: { kind: "confirmed" } }]]),
      books: {
        facts: async () => facts,
        ofOrder: async () => ({ ...books, parcels: 1, mails: [to] }),
        stock: async () => ({ "mug-300": 100 - (facts[0]?.quantity ?? 0) }),
      },
      outside: {
        catalog: { products: async () => [{ sku: "mug-300", price: { value: 500, currency: "EUR" } }] },
      },
      stockBefore: { "mug-300": 100 },
      ordersBefore: new Set(),
      ordersOutside: [],
    } as unknown as Ended;
    return (await checkOrders(ended)).filter((each) => each.broken.length > 0).map(({ name }) => name);
  };
  const name = "a confirmed order is charged, sold and mailed as it was ordered";

  test.each<[what: string, charged: number, to: string, fact: Partial<SalesFact>, broken: readonly string[]]>(
    [
      ["as it was ordered", 1000, email, {}, []],
      ["at half of its price", 500, email, {}, [name]],
      ["confirmed to somebody else", 1000, "lost@example.com", {}, [name]],
      ["with another quantity", 1000, email, { quantity: 1 }, [name]],
    ],
  )("%s", async (_what, charged, to, fact, names) => {
    expect(await broken(charged, to, fact)).toEqual(names);
  });
});

describe("a report", () => {
  const summary = (id: string, at: string) => ({
    id,
    orchestration: "",
    status: "completed",
    createdAt: at,
    updatedAt: at,
  });
  const nextDay = "2026-11-25T10:00:00.000Z";
  const withdrawal = { ...aFact("withdrawal", 1000), at: nextDay };
  const CREATED = "2026-11-24T12:00:00.000Z";
  const check = (line: string, facts: readonly SalesFact[], orderEndedAt: string, file: object = {}) => {
    const text = `day,orders,units,revenue,refunds,currency\r\n${line}`;
    const ended = {
      client: { insist: async () => ({ status: 200, text, ...file }) },
      books: { facts: async () => facts },
      instances: [summary("order-1", orderEndedAt), summary("report-1", CREATED)],
    } as unknown as Ended;
    const about = { groupBy: "day" };
    const report = {
      pattern: "report",
      kind: "",
      path: "",
      body: {},
      ends: [],
      about,
      id: "report-1",
      self: "",
    };
    return checkReports([{ ...report, pattern: "report", askedAt: Date.now() }], ended);
  };
  const broken = async (...about: Parameters<typeof check>) => (await check(...about)).broken.length;

  test.each([
    ["has a sale before it", "2026-11-24,1,2,10.00,0.00,EUR\r\n", "2026-11-24T11:00:00.000Z", 0],
    ["lacks a sale before it", "", "2026-11-24T11:00:00.000Z", 1],
    ["has a part of it", "2026-11-24,1,1,5.00,0.00,EUR\r\n", "2026-11-24T11:00:00.000Z", 1],
    ["lacks one that ended just before it", "", "2026-11-24T11:59:59.999Z", 1],
    ["lacks one that ended at that time", "", CREATED, 0],
    ["lacks one that ended after it", "", "2026-11-24T13:00:00.000Z", 0],
    ["has more than was sold", "2026-11-24,2,4,20.00,0.00,EUR\r\n", "2026-11-24T13:00:00.000Z", 1],
  ])("that %s", async (_what, line, orderEndedAt, count) => {
    expect(await broken(line, [aFact("sale", 1000)], orderEndedAt)).toBe(count);
  });

  test("is compared line by line, if its file is there", async () => {
    const line = "2026-11-24,1,2,10.00,0.00,EUR\r\n";
    const facts = [aFact("sale", 1000)];
    expect(await check(line, facts, "2026-11-24T11:00:00.000Z")).toMatchObject({ compared: 1, broken: [] });
    const gone = await check(line, facts, "2026-11-24T11:00:00.000Z", { status: 404 });
    expect(gone).toMatchObject({ compared: 0, broken: ["the file of report-1 answers 404"] });
  });

  test("has nothing of a sale that was undone on the same day, or has it before", async () => {
    const facts = [aFact("sale", 1000), aFact("withdrawal", 1000)];
    expect(await broken("", facts, "2026-11-24T11:00:00.000Z")).toBe(0);
    expect(await broken("2026-11-24,1,2,10.00,0.00,EUR\r\n", facts, "2026-11-24T11:00:00.000Z")).toBe(0);
    expect(await broken("2026-11-24,-1,-2,-10.00,0.00,EUR\r\n", facts, "2026-11-24T11:00:00.000Z")).toBe(1);
  });

  test("may be below zero on the day on which a sale of the day before was undone", async () => {
    const facts = [aFact("sale", 1000), withdrawal];
    const lines = "2026-11-24,1,2,10.00,0.00,EUR\r\n2026-11-25,-1,-2,-10.00,0.00,EUR\r\n";
    expect(await broken(lines, facts, nextDay)).toBe(0);
    expect(await broken("2026-11-25,-1,-2,-11.00,0.00,EUR\r\n", facts, nextDay)).toBe(1);
  });
});

test("an order with two products counts once for each of them, and once in its country", () => {
  const second: SalesFact = { ...aFact("sale", 700), isFirst: false, sku: "book-a4-24" };
  const ordersBy = (groupBy: "sku" | "country") =>
    Object.entries(sumsOf([aFact("sale", 500), second], groupBy)).map(([name, { orders }]) => [name, orders]);
  expect(ordersBy("sku")).toEqual([
    ["mug-300", 1],
    ["book-a4-24", 1],
  ]);
  expect(ordersBy("country")).toEqual([["DE", 1]]);
});

describe("a refund that is refused", () => {
  const wanted = {
    pattern: "refund",
    kind: "approved",
    path: "",
    body: {},
    ends: ["completed notRefundable"],
    about: { orderId: "order-1", value: 600, seen: "confirmed" },
  } as const;
  const refund = { ...wanted, id: "refund-1", self: "", askedAt: 0 };

  async function refusals(facts: readonly SalesFact[], end: "notRefundable" | 409, seen = "confirmed") {
    const books = { facts: async () => facts, refundsPaid: async () => new Map() } as unknown as Books;
    const states = new Map([["refund-1", { status: "completed", result: { kind: "notRefundable" } }]]);
    const started = end === 409 ? [] : [refund];
    const refused = end === 409 ? [{ ...wanted, about: { ...wanted.about, seen } }] : [];
    const all = await checkRefunds({ started, states, books }, { decided: new Map(), refused });
    return all.find(({ name }) => name.startsWith("a refund is refused"))?.broken.length;
  }

  test.each([
    ["of an order with enough left", [aFact("sale", 1000), aFact("refund", 400)], 1],
    ["of an order with less left", [aFact("sale", 1000), aFact("refund", 401)], 0],
    ["of an order that was undone", [aFact("sale", 1000), aFact("withdrawal", 1000)], 0],
    ["of an order without a sale", [], 0],
  ])("%s", async (_what, facts, broken) => {
    expect(await refusals(facts, "notRefundable")).toBe(broken);
    expect(await refusals(facts, 409)).toBe(broken);
    // Whoever has not seen the order confirmed may have asked too early.
    expect(await refusals(facts, 409, "")).toBe(0);
  });
});

test("what is left in storage belongs to a process that is there, or to a caller who has gone", () => {
  const found = (abandoned: number) =>
    checkLeftBehind(
      [
        "container photos",
        "table claims",
        "blob renditions/c1-2/renditions-there/open",
        "blob renditions/c1-2/renditions-purged/open",
        "blob renditions/c1-2/renditions-gone/open",
        "blob renditions/c1-2/renditions-purged/files/part.tmp",
        "blob reports/report-there/report.csv",
        "blob reports/report-purged/report.csv",
        "row claims/order-there/start order-there",
        "row claims/order-gone/start order-gone",
        "messages in orders: 1",
      ],
      {
        processes: new Set(["renditions-there", "report-there", "order-there"]),
        purged: new Set(["renditions-purged"]),
        abandoned,
      },
    ).broken;
  const left = [
    "blob renditions/c1-2/renditions-gone/open",
    "blob renditions/c1-2/renditions-purged/files/part.tmp",
    "blob reports/report-purged/report.csv",
    "row claims/order-gone/start order-gone",
    "messages in orders: 1",
  ];
  expect(found(0)).toEqual(left);
  expect(found(1)).toEqual(left.filter((line) => !line.startsWith("row")));
});
