import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { anOrder, withValue } from "./order-samples.ts";
import { type OrderResource, Orders } from "./orders.ts";

const STEPS = [
  "priceOrder",
  "reserveStock",
  "chargePayment",
  "bookShipment",
  "confirmOrder",
  "sendConfirmation",
];
const UNDOS = ["releaseStock", "refundPayment", "cancelShipment", "withdrawSale"];
/** The price of the sample order: three mugs and a book. */
const TOTAL = 3 * 1099 + 2495;
const NO_TRACES = { reserved: 0, ledger: [], parcels: [], mails: [] };
const UNDONE_PAYMENT = { ...NO_TRACES, ledger: [`charge ${TOTAL}`, `refund ${TOTAL}`] };

let host: TestHost;
let orders: Orders;

beforeAll(async () => {
  const shop = await startShop();
  host = shop.host;
  orders = new Orders(host.url, shop.storage);
});
afterEach(() => {
  for (const name of [...STEPS, ...UNDOS]) host.activity(name).restore();
});
afterAll(() => host?.stop());

async function instanceIds(): Promise<string[]> {
  return (await host.hub.list({})).items.map(({ instanceId }) => instanceId);
}

/** Places an order and waits for its end. */
async function fulfil(body: unknown, key?: string) {
  const unitsBefore = await orders.unitsInStock();
  const id = await orders.place(body, key);
  await host.instance(id).completion();
  return { order: await orders.find(id), traces: await orders.traces(id, unitsBefore) };
}

describe("an order", () => {
  test.each([
    ["without faults", {}],
    ["whose payment fails twice", { token: "tok_flaky" }],
    ["whose shipment fails twice", { postalCode: "00002" }],
    [
      "whose mail fails more often than the attempts of a step that can be undone",
      { email: "away@example.com" },
    ],
  ])("%s is confirmed, and each effect happens once", async (_title, choice) => {
    const { order, traces } = await fulfil(anOrder(choice));
    expect(order).toEqual({
      id: expect.stringMatching(/^order-[0-9a-f]{32}$/),
      kind: "order",
      status: "completed",
      progress: { step: "sendConfirmation", completedSteps: STEPS },
      result: {
        kind: "confirmed",
        total: { value: TOTAL, currency: "EUR" },
        paymentId: expect.stringMatching(/^pay_/),
        trackingNumber: expect.stringMatching(/^PP/),
      },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      links: { self: `${host.url}/api/orders/${order.id}` },
    });
    expect(traces).toEqual({
      reserved: 4,
      ledger: [`charge ${TOTAL}`],
      parcels: ["booked"],
      mails: ["sendConfirmation"],
    });
  });

  test("has in its result and in its confirmation what was charged and booked", async () => {
    const { order } = await fulfil(anOrder());
    const { paymentId, trackingNumber = "", mail } = await orders.records(order.id);
    expect(trackingNumber).toMatch(/^PP/);
    expect(order.result).toMatchObject({ paymentId, trackingNumber });
    expect(mail).toEqual({
      messageId: `${order.id}-sendConfirmation`,
      to: "customer@example.com",
      subject: `Your order ${order.id}`,
      text: `Hello Sample Customer, we charged EUR 57.92. Your parcel: ${trackingNumber}.`,
    });
  });

  test.each([
    ["unknownProduct", { sku: "no-such-print" }, [], NO_TRACES],
    ["outOfStock", { sku: "calendar-2020" }, [], NO_TRACES],
    ["paymentDeclined", { token: "tok_declined" }, ["releaseStock"], NO_TRACES],
    ["paymentDeclined", { token: "tok_nobody_knows_it" }, ["releaseStock"], NO_TRACES],
    ["undeliverable", { postalCode: "00000" }, ["refundPayment", "releaseStock"], UNDONE_PAYMENT],
  ])("that ends as %s with %j is undone: %j", async (kind, choice, undone, expected) => {
    const { order, traces } = await fulfil(anOrder(choice));
    expect(order.status).toBe("completed");
    expect(order.result).toEqual({ kind, reason: expect.stringMatching(/./), undone });
    expect(order.error).toBeUndefined();
    expect(traces).toEqual(expected);
  });

  test.each([
    ["paymentUnavailable", { token: "tok_down" }, 2, "refundPayment, releaseStock", NO_TRACES],
    [
      "carrierUnavailable",
      { postalCode: "00009" },
      3,
      "cancelShipment, refundPayment, releaseStock",
      UNDONE_PAYMENT,
    ],
    [
      "journalUnavailable",
      { country: "ZZ" },
      4,
      "withdrawSale, cancelShipment, refundPayment, releaseStock",
      { ...UNDONE_PAYMENT, parcels: ["canceled"] },
    ],
  ])("that ends as %s with %j is undone, including the failing step", async (...row) => {
    const [type, choice, completed, undone, expected] = row;
    const { order, traces } = await fulfil(anOrder(choice));
    const step = STEPS[completed];
    expect(order.status).toBe("failed");
    expect(order.result).toBeUndefined();
    expect(order.error).toEqual({ type, message: `${step} did not succeed; undone: ${undone}` });
    expect(order.progress).toEqual({ step, completedSteps: STEPS.slice(0, completed) });
    expect(traces).toEqual(expected);
  });

  test.each([
    ["priceOrder", "catalogUnavailable", "nothing", NO_TRACES],
    ["reserveStock", "warehouseUnavailable", "releaseStock", NO_TRACES],
    [
      "confirmOrder",
      "journalUnavailable",
      "withdrawSale, cancelShipment, refundPayment, releaseStock",
      { ...UNDONE_PAYMENT, parcels: ["canceled"] },
    ],
  ])("whose %s keeps failing ends as %s", async (step, type, undone, expected) => {
    host.activity(step).failAlways("a secret of the shop");
    const { order, traces } = await fulfil(anOrder());
    expect(order.status).toBe("failed");
    expect(order.error).toEqual({ type, message: `${step} did not succeed; undone: ${undone}` });
    expect(traces).toEqual(expected);
    expect(host.activity(step).calls.filter(({ instanceId }) => instanceId === order.id)).toHaveLength(4);
  });
});

describe("an undo that fails after all retries", () => {
  test("is named in the error of a failed order, and does not stop the others", async () => {
    host.activity("refundPayment").failAlways();
    const { order, traces } = await fulfil(anOrder({ postalCode: "00009" }));
    expect(order.error).toEqual({
      type: "carrierUnavailable",
      message:
        "bookShipment did not succeed; undone: cancelShipment, releaseStock; NOT undone, needs manual repair: refundPayment",
    });
    expect(traces).toEqual({ ...NO_TRACES, ledger: [`charge ${TOTAL}`] });
  });

  test("turns a refused order into a failed one", async () => {
    host.activity("releaseStock").failAlways();
    const { order, traces } = await fulfil(anOrder({ token: "tok_declined" }));
    expect(order.status).toBe("failed");
    expect(order.error).toEqual({
      type: "undoFailed",
      message:
        "chargePayment refused (paymentDeclined); undone: nothing; NOT undone, needs manual repair: releaseStock",
    });
    expect(traces).toEqual({ ...NO_TRACES, reserved: 4 });
  });
});

describe("progress", () => {
  test("shows the current step and those before it", async () => {
    const held = host.activity("bookShipment").nextCall();
    const id = await orders.place(anOrder());
    const call = await held;
    const response = await orders.get(`/api/orders/${id}`);
    expect(response.headers.get("retry-after")).toBe("1");
    const order = (await response.json()) as OrderResource;
    expect(order.status).toBe("running");
    expect(order.progress).toEqual({ step: "bookShipment", completedSteps: STEPS.slice(0, 3) });
    call.release();
    await host.instance(id).completion();
  });
});

describe("Idempotency-Key", () => {
  test("sent 20 times simultaneously with the same order starts one order", async () => {
    const unitsBefore = await orders.unitsInStock();
    const placed = Array.from({ length: 20 }, () => orders.place(anOrder(), "twenty-at-once"));
    const ids = new Set(await Promise.all(placed));
    expect(ids.size).toBe(1);
    const [id = ""] = ids;
    await host.instance(id).completion();
    expect(await orders.traces(id, unitsBefore)).toMatchObject({ reserved: 4, parcels: ["booked"] });
    expect(await orders.place(anOrder(), "twenty-at-once")).toBe(id);
    expect(host.activity("priceOrder").calls.filter(({ instanceId }) => instanceId === id)).toHaveLength(1);
  });

  test("sent with another order is refused", async () => {
    await fulfil(anOrder(), "used-before");
    const response = await orders.post(anOrder({ token: "tok_flaky" }), "used-before");
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: "#header/idempotency-key" }],
    });
  });

  test.each(["with space", "a".repeat(65), "ü", "a/b"])("%j is refused", async (key) => {
    const response = await orders.post(anOrder(), encodeURI(key));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: "#header/idempotency-key" }] });
  });

  test("omitted makes each request a separate order", async () => {
    const ids = await Promise.all([orders.place(anOrder()), orders.place(anOrder())]);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) await host.instance(id).completion();
  });
});

describe("a request that is not valid", () => {
  test.each([
    ["/lines/0/quantity", 0],
    ["/lines/1/sku", "Mug 300"],
    ["/customer/name", "Eve\r\nBcc: all@example.com"],
    ["/shipTo/country", "Germany"],
    ["/payment/card", "4111111111111111"],
  ])("at %s = %j is refused with that pointer and starts nothing", async (pointer, value) => {
    const instancesBefore = await instanceIds();
    const response = await orders.post(withValue(pointer, value));
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "urn:photo-print-shop:problem:invalid-request",
      title: expect.any(String),
      status: 400,
      detail: expect.stringContaining(pointer),
      errors: [{ pointer, message: expect.any(String) }],
    });
    expect(await instanceIds()).toEqual(instancesBefore);
  });

  test.each([
    ["without a body", "", 400],
    ["that is cut off", "{", 400],
    ["that is null", "null", 400],
    ["of 300 kB", `"${"x".repeat(300_000)}"`, 413],
  ])("%s returns %d", async (_title, body, status) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${host.url}/api/orders`, { method: "POST", headers, body });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  test("without a JSON content type returns 415", async () => {
    const response = await fetch(`${host.url}/api/orders`, {
      method: "POST",
      body: JSON.stringify(anOrder()),
    });
    expect(response.status).toBe(415);
  });
});

describe("reading", () => {
  test.each(["order-none", "%2e%2e", "..%2f..%2finstances", "a%3fb%3dc", "a%23b", "%40entity%40key"])(
    "an order %s does not exist",
    async (id) => {
      const response = await orders.get(`/api/orders/${id}`);
      expect(response.status).toBe(404);
    },
  );

  test("the catalogue shows prices and stock", async () => {
    const response = await orders.get("/api/catalog");
    expect(response.status).toBe(200);
    const { products } = (await response.json()) as { products: { sku: string }[] };
    expect(products.find(({ sku }) => sku === "calendar-2020")).toEqual({
      sku: "calendar-2020",
      name: "Wall calendar 2020",
      price: { value: 495, currency: "EUR" },
      inStock: 0,
    });
  });
});
