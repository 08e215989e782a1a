import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import type { SalesView } from "../../../src/patterns/sales-aggregator/sales.contract.ts";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "../order-chaining/order-samples.ts";
import { Orders } from "../order-chaining/orders.ts";
import { aRefund, Refunds } from "./refunds.ts";

let host: TestHost;
let orders: Orders;
let refunds: Refunds;

beforeAll(async () => {
  const shop = await startShop({ startAt: new Date() });
  host = shop.host;
  orders = new Orders(host.url, shop.storage);
  refunds = new Refunds(host.url, shop.storage);
});
afterAll(() => host?.stop());

describe("an order that is not confirmed", () => {
  const NOT_CONFIRMED = {
    status: 409,
    errors: [{ pointer: "/orderId", message: expect.stringContaining("confirmed") }],
  };
  const all = { amount: { value: 3 * 1099 + 2495, currency: "EUR" } };

  test("cannot be refunded while it is charged but not confirmed, and can be refunded when it is confirmed", async () => {
    const held = host.activity("bookShipment").nextCall();
    const orderId = await orders.place(anOrder());
    const booking = await held;
    const headers = { "idempotency-key": "asked-too-early" };
    const early = await refunds.post(aRefund({ orderId, ...all }), headers);
    expect(early.status).toBe(409);
    expect(early.headers.get("content-type")).toBe("application/problem+json");
    expect(await early.json()).toMatchObject(NOT_CONFIRMED);
    const part = aRefund({ orderId, amount: { value: 5500, currency: "EUR" } });
    // Nothing of a refused request is stored, so the key is free for other content.
    expect((await refunds.post(part, headers)).status).toBe(409);
    booking.release();
    await host.instance(orderId).completion();
    const id = await refunds.start(part, headers);
    expect(await refunds.start(part, headers)).toBe(id);
    expect(await refunds.givenBack(orderId)).toEqual([]);
  });

  test.each([
    ["that does not exist", async () => "order-unknown"],
    [
      "that was undone",
      async () => {
        const orderId = await orders.place(anOrder({ postalCode: "00000" }));
        await host.instance(orderId).completion();
        return orderId;
      },
    ],
  ])("%s cannot be refunded", async (_which, place) => {
    const response = await refunds.post(aRefund({ orderId: await place() }));
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject(NOT_CONFIRMED);
  });

  test("is checked again by the step that gives the money back", async () => {
    const held = host.activity("bookShipment").nextCall();
    const orderId = await orders.place(anOrder());
    const booking = await held;
    // Skips the check of the request.
    const input = { ...aRefund({ orderId, amount: { value: 100, currency: "EUR" } }), origin: host.url };
    const refund = await host.start("refundApproval", input);
    const { output } = await refund.completion();
    expect(output).toEqual({
      kind: "notRefundable",
      decidedBy: "policy",
      reason: `${orderId} is not confirmed`,
    });
    booking.release();
    await host.instance(orderId).completion();
    expect(await refunds.givenBack(orderId)).toEqual([]);
  });

  test("after its sale, gives each cent back once, and the totals contain everything", async () => {
    const before = await salesOf("mug-300");
    host.activity("confirmOrder").failAfterRunning();
    const held = host.activity("withdrawSale").nextCall();
    const orderId = await orders.place(anOrder());
    const [withdrawing] = await Promise.all([held, host.advance({ minutes: 1 })]);
    const id = await refunds.start(aRefund({ orderId, amount: { value: 1000, currency: "EUR" } }));
    await host.instance(id).waitUntil(({ runtimeStatus }) => runtimeStatus === "Completed");
    withdrawing.release();
    await host.instance(orderId).completion();
    host.activity("confirmOrder").restore();
    await host.settle();
    expect((await refunds.givenBack(orderId)).toSorted((a, b) => a - b)).toEqual([
      1000,
      3 * 1099 + 2495 - 1000,
    ]);
    const after = await salesOf("mug-300");
    expect(after.orders - before.orders).toBe(0);
    expect(after.units - before.units).toBe(0);
    expect(after.refunds.value - before.refunds.value).toBe(569);
    expect(after.revenue.value - before.revenue.value).toBe(569);
  });

  async function salesOf(sku: string) {
    return (await (await host.fetch(`/api/sales/${sku}`)).json()) as SalesView;
  }
});
