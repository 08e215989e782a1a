import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { anOrder, withValue } from "../patterns/order-chaining/order-samples.ts";
import { api, enqueue, hasStorage, post, problemIn, run, start, unique } from "./app.ts";

const STEPS = [
  "priceOrder",
  "reserveStock",
  "chargePayment",
  "bookShipment",
  "confirmOrder",
  "sendConfirmation",
];
const TOTAL = { value: 3 * 1099 + 2495, currency: "EUR" };

type Progress = { step: string; completedSteps: string[] };
type Result = { kind: string };
const fulfil = (choice: Parameters<typeof anOrder>[0]) =>
  run<Progress, Result>("/api/orders", anOrder(choice));

describe.concurrent("an order", () => {
  test.for([
    ["without faults", {}],
    ["whose payment fails twice", { token: "tok_flaky" }],
    ["whose shipment fails twice", { postalCode: "00002" }],
    ["whose mail fails four times", { email: "away@example.com" }],
  ] as const)("%s is confirmed", async ([, choice], { expect }) => {
    const order = await fulfil(choice);
    expect(order).toMatchObject({
      kind: "order",
      status: "completed",
      progress: { step: "sendConfirmation", completedSteps: STEPS },
      result: {
        kind: "confirmed",
        total: TOTAL,
        paymentId: expect.stringMatching(/./),
        trackingNumber: expect.stringMatching(/^[A-Z0-9]{8,32}$/),
      },
    });
  });

  test.for([
    ["unknownProduct", { sku: "no-such-print" }, []],
    ["outOfStock", { sku: "calendar-2020" }, []],
    ["paymentDeclined", { token: "tok_declined" }, ["releaseStock"]],
    ["undeliverable", { postalCode: "00000" }, ["refundPayment", "releaseStock"]],
  ] as const)("ends as %s with %j", async ([kind, choice, undone], { expect }) => {
    const { status, result } = await fulfil(choice);
    expect([status, result]).toEqual(["completed", { kind, reason: expect.stringMatching(/./), undone }]);
  });

  test.for([
    ["paymentUnavailable", { token: "tok_down" }, "chargePayment"],
    ["carrierUnavailable", { postalCode: "00009" }, "bookShipment"],
    ["journalUnavailable", { country: "ZZ" }, "confirmOrder"],
  ] as const)("fails as %s with %j, and is undone", async ([type, choice, step], { expect }) => {
    const order = await fulfil(choice);
    expect(order).toMatchObject({
      status: "failed",
      progress: { step, completedSteps: STEPS.slice(0, STEPS.indexOf(step)) },
      error: { type, message: expect.stringContaining("undone: ") },
    });
    expect(order.result).toBeUndefined();
  });
});

describe.concurrent("starting an order", () => {
  test("ten times simultaneously with one key starts one; another order with the key is refused", async ({
    expect,
  }) => {
    const key = { "idempotency-key": randomUUID() };
    const starts = await Promise.all(Array.from({ length: 10 }, () => start("/api/orders", anOrder(), key)));
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    const other = post("/api/orders", anOrder({ sku: "poster-50x70" }), key);
    expect(await problemIn(other)).toMatchObject({ status: 422, pointer: "#header/idempotency-key" });
    await api.watch(starts[0]?.url ?? "");
  });

  test.for([
    ["/lines/0/quantity", 0],
    ["/customer/email", "nobody"],
    ["/shipTo/name", "A\r\nB"],
    ["/payment/token", "4111111111111111"],
    ["/gift", true],
  ] as const)("with a wrong %s is a 400 that names it", async ([pointer, value], { expect }) => {
    const answer = post("/api/orders", withValue(pointer, value));
    expect(await problemIn(answer)).toMatchObject({ status: 400, pointer });
  });

  test("of another media type is a 415, of an unknown id a 404", async ({ expect }) => {
    const text = api.call("POST", "/api/orders", { headers: { "content-type": "text/plain" }, body: "{}" });
    expect(await problemIn(text)).toMatchObject({ status: 415 });
    expect(await problemIn(api.call("GET", "/api/orders/order-nobody"))).toMatchObject({ status: 404 });
  });
});

test("the catalogue has products with prices", async () => {
  const { products } = await api.get<{ products: object[] }>("/api/catalog");
  expect(products.length).toBeGreaterThan(5);
  for (const product of products) {
    expect(product).toEqual({
      sku: expect.any(String),
      name: expect.any(String),
      price: { value: expect.any(Number), currency: "EUR" },
      inStock: expect.any(Number),
    });
  }
});

test.runIf(hasStorage)(
  "an order in the queue starts one order, however often the message comes",
  async () => {
    const messageId = unique("message");
    for (let times = 0; times < 3; times++) await enqueue("orders", { messageId, order: anOrder() });
    // The same key over HTTP leads to the instance that the message started.
    const { url } = await start("/api/orders", anOrder(), { "idempotency-key": messageId });
    expect((await api.watch<Progress, Result>(url)).result?.kind).toBe("confirmed");
  },
);
