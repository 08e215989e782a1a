import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { anOrder } from "../../patterns/order-chaining/order-samples.ts";
import { Orders } from "../../patterns/order-chaining/orders.ts";
import { rescued } from "../../support/rescue.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { startPlainApp } from "./plain-app.ts";

let shop: Shop;
let orders: Orders;
beforeAll(async () => {
  shop = await startShop();
  orders = new Orders(shop.host.url, shop.storage);
});
afterEach(() => {
  for (const name of ["chargePayment", "sendConfirmation"]) shop.host.activity(name).restore();
});
afterAll(() => shop?.host.stop());

const PLAIN = { lines: [{ sku: "mug-300", quantity: 2 }], token: "tok_ok", address: "Example Street 1" };
const PLAIN_TOTAL = 2 * 1099;
const OURS_TOTAL = 3 * 1099 + 2495;

describe("the plain order", () => {
  test("is charged, booked and confirmed", async () => {
    await using plain = await startPlainApp();
    const order = await (await plain.start("orders", PLAIN)).completion();
    expect(order.output).toEqual({ total: PLAIN_TOTAL, parcel: "parcel-1" });
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL]);
    expect(plain.outside.outbox.mails).toEqual(["Example Street 1: parcel-1"]);
  });

  test("gives the money back if the parcel cannot be booked, after 5 and 10 seconds", async () => {
    await using plain = await startPlainApp();
    const startedAt = plain.host.clock.now();
    const order = await (await plain.start("orders", { ...PLAIN, address: "" })).completion();
    expect(order.runtimeStatus).toBe("Failed");
    expect(order.output).toContain("There is no address");
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL, -PLAIN_TOTAL]);
    expect(plain.host.clock.now() - startedAt).toBe(15_000);
  });

  test("is not charged if the card is declined", async () => {
    await using plain = await startPlainApp();
    const order = await (await plain.start("orders", { ...PLAIN, token: "tok_declined" })).completion();
    expect(order.runtimeStatus).toBe("Failed");
    expect(plain.outside.bank.entries).toEqual([]);
  });
});

describe("a charge whose result is lost", () => {
  test("charges the plain order twice", async () => {
    await using plain = await startPlainApp();
    plain.host.activity("chargePayment").failAfterRunning(1);
    const order = await (await plain.start("orders", PLAIN)).completion();
    expect(order.runtimeStatus).toBe("Completed");
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL, PLAIN_TOTAL]);
  });

  test("charges our order once", async () => {
    const units = await orders.unitsInStock();
    shop.host.activity("chargePayment").failAfterRunning(1);
    const id = await orders.place(anOrder());
    await shop.host.instance(id).completion();
    expect((await orders.find(id)).result).toMatchObject({ kind: "confirmed" });
    expect((await orders.traces(id, units)).ledger).toEqual([`charge ${OURS_TOTAL}`]);
  });
});

describe("a charge whose results are always lost", () => {
  test("leaves the plain order failed, and charged three times", async () => {
    await using plain = await startPlainApp();
    plain.host.activity("chargePayment").failAfterRunning();
    const order = await (await plain.start("orders", PLAIN)).completion();
    expect(order.runtimeStatus).toBe("Failed");
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL, PLAIN_TOTAL, PLAIN_TOTAL]);
  });

  test("leaves our order failed, and the money given back", async () => {
    const units = await orders.unitsInStock();
    shop.host.activity("chargePayment").failAfterRunning();
    const id = await orders.place(anOrder());
    await shop.host.instance(id).completion();
    expect((await orders.find(id)).error).toMatchObject({ type: "paymentUnavailable" });
    expect(await orders.traces(id, units)).toMatchObject({
      reserved: 0,
      ledger: [`charge ${OURS_TOTAL}`, `refund ${OURS_TOTAL}`],
    });
  });
});

describe("a confirmation that cannot be mailed", () => {
  test("fails the plain order, which is paid and booked", async () => {
    await using plain = await startPlainApp();
    plain.host.activity("sendConfirmation").failAlways();
    const order = await (await plain.start("orders", PLAIN)).completion();
    expect(order.runtimeStatus).toBe("Failed");
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL]);
    expect(plain.outside.carrier.parcels).toHaveLength(1);
  });

  test("leaves our order confirmed", async () => {
    shop.host.activity("sendConfirmation").failAlways();
    const id = await orders.place(anOrder());
    await shop.host.instance(id).completion();
    expect(await orders.find(id)).toMatchObject({ status: "completed", result: { kind: "confirmed" } });
  });
});

describe("a worker process that dies after the charge, while the orchestrator runs", () => {
  /** Holds the charge until it is the second-to-last call to end. */
  async function dieAfterCharge<T>(host: TestHost, place: () => Promise<T>): Promise<T> {
    const next = host.activity("chargePayment").nextCall();
    const placed = await place();
    const charge = await next;
    host.killWorkerAfter(1);
    charge.release();
    return placed;
  }

  test("leaves the plain order failed and charged; started again, it is charged again", async () => {
    await using plain = await startPlainApp();
    const order = await dieAfterCharge(plain.host, () => plain.start("orders", PLAIN));
    expect((await order.completion()).output).toContain("Non-Deterministic workflow detected");
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL]);

    await plain.host.hub.restart(order.id, order.id);
    expect((await order.completion()).runtimeStatus).toBe("Completed");
    expect(plain.outside.bank.entries).toEqual([PLAIN_TOTAL, PLAIN_TOTAL]);
  });

  test("is followed by a rescue of our order: it ends confirmed, and charged once", async () => {
    const units = await orders.unitsInStock();
    const id = await dieAfterCharge(shop.host, () => orders.place(anOrder()));
    expect((await shop.host.instance(id).completion()).output).toContain(
      "Non-Deterministic workflow detected",
    );
    expect((await rescued(shop, id)).output).toMatchObject({ kind: "confirmed" });
    expect((await orders.traces(id, units)).ledger).toEqual([`charge ${OURS_TOTAL}`]);
  });
});
