import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Mail } from "../../src/services/mail-outbox.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { Mailbox } from "../../tools/traffic/mailbox.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;
let orders: Orders;
let mailbox: Mailbox;
let messageId = "";

beforeAll(async () => {
  // A failed message is retried immediately.
  process.env["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:00";
  process.env["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.2";
  shop = await startShop({ startAt: new Date() });
  orders = new Orders(shop.host.url, shop.storage);
  mailbox = new Mailbox(shop.storage);
});
afterAll(() => shop?.host.stop());
beforeEach(({ task }) => {
  messageId = task.id.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
});

async function send(message: unknown): Promise<void> {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  await (await shop.storage.queue("orders")).sendMessage(text);
}

async function orderIds(): Promise<string[]> {
  const { items } = await shop.host.hub.list({ instanceIdPrefix: "order-" });
  return items.map(({ instanceId }) => instanceId);
}

async function poisonRows(): Promise<{ reason: string; text: string }[]> {
  const rows: { reason: string; text: string }[] = [];
  const table = await shop.storage.table("poisonMessages");
  for await (const { reason, text } of table.listEntities<{ reason: string; text: string }>()) {
    rows.push({ reason, text });
  }
  return rows;
}

const poisoned = (text: string) =>
  expect.poll(async () => (await poisonRows()).filter((row) => row.text.includes(text)), { timeout: 10_000 });

describe("a message", () => {
  test("starts an order once, however often it is received", async () => {
    const before = new Set(await orderIds());
    for (let i = 0; i < 5; i++) await send({ messageId, order: anOrder() });
    const started = async () => (await orderIds()).filter((id) => !before.has(id));
    await expect.poll(started).toHaveLength(1);
    const queue = await shop.storage.queue("orders");
    await expect
      .poll(async () => (await queue.getProperties()).approximateMessagesCount, { timeout: 10_000 })
      .toBe(0);
    const [id = ""] = await started();
    await shop.host.instance(id).completion();
    expect(await orders.find(id)).toMatchObject({ status: "completed", result: { kind: "confirmed" } });
    expect(await started()).toHaveLength(1);
  });

  test("and a request with the same key and order are one order", async () => {
    const id = await orders.place(anOrder(), messageId);
    const before = await orderIds();
    await send({ messageId, order: anOrder() });
    const queue = await shop.storage.queue("orders");
    await expect
      .poll(async () => (await queue.getProperties()).approximateMessagesCount, { timeout: 10_000 })
      .toBe(0);
    await shop.host.instance(id).completion();
    expect(await orderIds()).toEqual(before);
  });

  test.each([
    ["be encoded in base64", (text: string) => Buffer.from(text).toString("base64")],
    ["begin with a byte order mark", (text: string) => `\uFEFF${text}`],
    [
      "be encoded with its byte order mark",
      (text: string) => Buffer.from(`\uFEFF${text}`).toString("base64"),
    ],
  ])("may %s", async (_, encode) => {
    const before = (await orderIds()).length;
    await send(encode(JSON.stringify({ messageId, order: anOrder() })));
    await expect.poll(async () => (await orderIds()).length).toBe(before + 1);
  });
});

describe("a message that cannot be processed is stored with the reason, and an operator is notified:", () => {
  test.each([
    ["invalid JSON", "what is this?", "The body"],
    ["a list", "[1,2,3]", "The body"],
    ["no order", JSON.stringify({ messageId: "no-order" }), "/order"],
    ["no message id", JSON.stringify({ order: { lines: [] } }), "/messageId"],
    ["a bad message id", JSON.stringify({ messageId: "../x", order: {} }), "/messageId"],
    [
      "an unknown field",
      JSON.stringify({ messageId: "unknown", order: { ...anOrder(), vip: true } }),
      "/order/vip",
    ],
    [
      "a bad line",
      JSON.stringify({ messageId: "bad-line", order: { ...anOrder(), lines: [{ sku: "a", quantity: 0 }] } }),
      "/order/lines/0/quantity",
    ],
  ])("%s", async (_what, text, pointer) => {
    await send(text);
    await poisoned(text.slice(0, 200)).toMatchObject([
      { reason: expect.stringContaining(`not valid. ${pointer}`) },
    ]);
    const isAbout = ({ messageId, text: mail }: Mail) =>
      messageId.startsWith("poison-") && mail.includes(pointer);
    await expect.poll(async () => (await mailbox.mails()).filter(isAbout).length).toBeGreaterThan(0);
  });

  test("another order under a message id that was used before", async () => {
    const { length } = await orderIds();
    await send({ messageId, order: anOrder() });
    await expect.poll(orderIds).toHaveLength(length + 1);
    const before = await orderIds();
    await send({ messageId, order: anOrder({ token: "tok_declined" }) });
    await poisoned(messageId).toMatchObject([{ reason: expect.stringContaining("every attempt") }]);
    expect(await orderIds()).toEqual(before);
  });
});
