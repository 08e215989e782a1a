import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import type { SalesView } from "../../../src/patterns/sales-aggregator/sales.contract.ts";
import { TableSalesJournal } from "../../../src/services/sandbox/table-sales-journal.ts";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "./order-samples.ts";
import { Orders } from "./orders.ts";

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

const DAY_MS = 86_400_000;

let host: TestHost;
let orders: Orders;
let journal: TableSalesJournal;

beforeAll(async () => {
  const shop = await startShop();
  host = shop.host;
  orders = new Orders(host.url, shop.storage);
  journal = new TableSalesJournal(shop.storage);
});
afterEach(() => {
  for (const name of [...STEPS, ...UNDOS]) host.activity(name).restore();
});
afterAll(() => host?.stop());

/** Places an order and waits for its end. */
async function fulfil(body: unknown) {
  const unitsBefore = await orders.unitsInStock();
  const id = await orders.place(body);
  await host.instance(id).completion();
  return { order: await orders.find(id), traces: await orders.traces(id, unitsBefore) };
}

describe("the point of no return", () => {
  const CONFIRMED = { reserved: 4, ledger: [`charge ${TOTAL}`], parcels: ["booked"] };

  test("an outbox that is unavailable for hours only delays the mail", async () => {
    host.activity("sendConfirmation").failAlways();
    const unitsBefore = await orders.unitsInStock();
    const id = await orders.place(anOrder());
    await host.advance({ hours: 3 });
    expect(await orders.find(id)).toMatchObject({
      status: "running",
      progress: { step: "sendConfirmation", completedSteps: STEPS.slice(0, 5) },
    });
    host.activity("sendConfirmation").restore();
    await host.instance(id).completion();
    expect(await orders.find(id)).toMatchObject({ status: "completed", progress: { completedSteps: STEPS } });
    expect(await orders.traces(id, unitsBefore)).toEqual({ ...CONFIRMED, mails: ["sendConfirmation"] });
  });

  test("a mail that cannot be sent for a day leaves the order confirmed, and its progress shows the missing step", async () => {
    host.activity("sendConfirmation").failAlways();
    const begun = host.clock.now();
    const { order, traces } = await fulfil(anOrder());
    expect((host.clock.now() - begun) / DAY_MS).toBeGreaterThan(1);
    expect((host.clock.now() - begun) / DAY_MS).toBeLessThan(1.1);
    expect(order).toMatchObject({
      status: "completed",
      progress: { step: "sendConfirmation", completedSteps: STEPS.slice(0, 5) },
      result: { kind: "confirmed" },
    });
    expect(traces).toEqual({ ...CONFIRMED, mails: [] });
    expect(host.logs.filter(({ message }) => message.includes("confirmationNotSent"))).toHaveLength(1);
    const calls = host.activity("sendConfirmation").calls.filter(({ instanceId }) => instanceId === order.id);
    expect(calls.length).toBeLessThan(100);
  });

  test("a mail whose results are lost is sent once, and the order stays confirmed", async () => {
    host.activity("sendConfirmation").failAfterRunning();
    const { order, traces } = await fulfil(anOrder());
    expect(order).toMatchObject({ status: "completed", result: { kind: "confirmed" } });
    expect(traces).toEqual({ ...CONFIRMED, mails: ["sendConfirmation"] });
  });
});

describe("a step whose result is lost", () => {
  test.each(STEPS)("once (%s) is repeated without a second effect", async (step) => {
    host.activity(step).failAfterRunning(1);
    const { order, traces } = await fulfil(anOrder());
    expect(order.result).toMatchObject({ kind: "confirmed" });
    expect(traces).toEqual({
      reserved: 4,
      ledger: [`charge ${TOTAL}`],
      parcels: ["booked"],
      mails: ["sendConfirmation"],
    });
  });

  test.each([
    ["reserveStock", "warehouseUnavailable", NO_TRACES],
    ["chargePayment", "paymentUnavailable", UNDONE_PAYMENT],
    ["bookShipment", "carrierUnavailable", { ...UNDONE_PAYMENT, parcels: ["canceled"] }],
    ["confirmOrder", "journalUnavailable", { ...UNDONE_PAYMENT, parcels: ["canceled"] }],
  ])("always, %s, is still undone", async (step, type, expected) => {
    host.activity(step).failAfterRunning();
    const { order, traces } = await fulfil(anOrder());
    expect(order).toMatchObject({ status: "failed", error: { type } });
    expect(order.error?.message).not.toContain("NOT undone");
    expect(traces).toEqual(expected);
    expect(await salesOf(order.id)).toEqual({ sold: 0, told: 0 });
  });

  test.each(UNDOS)("once, of the undo %s, is undone once", async (undo) => {
    host.activity(undo).failAfterRunning(1);
    host.activity("confirmOrder").failAfterRunning();
    const { order, traces } = await fulfil(anOrder());
    expect(order.error?.message).not.toContain("NOT undone");
    expect(traces).toEqual({ ...UNDONE_PAYMENT, parcels: ["canceled"] });
    expect(await salesOf(order.id)).toEqual({ sold: 0, told: 0 });
  });

  let toldBefore = 0;
  /** The final journal entries of the order, and the changes of its products' totals since the last check. */
  async function salesOf(orderId: string) {
    await host.settle();
    const sign = { sale: 1, refund: -1, withdrawal: -1 };
    const { facts } = await journal.read({ firstDay: "2000-01-01", lastDay: "2100-01-01" }, 100_000);
    const ofOrder = facts.filter((fact) => fact.orderId === orderId);
    const sold = ofOrder.reduce((sum, { kind, amount }) => sum + sign[kind] * amount.value, 0);
    const products = (await (await orders.get("/api/sales")).json()) as { sales: SalesView[] };
    const told = products.sales.reduce((sum, { revenue, refunds }) => sum + revenue.value - refunds.value, 0);
    const difference = told - toldBefore;
    toldBefore = told;
    return { sold, told: difference };
  }
  beforeEach(async () => {
    await salesOf("");
  });
});
