import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { InstanceView } from "durable-local-host/testing";
import type { SalesView } from "../../src/patterns/sales-aggregator/sales.contract.ts";
import { TableSalesJournal } from "../../src/services/sandbox/table-sales-journal.ts";
import { REMEMBERED } from "../../src/patterns/sales-aggregator/sales.entity.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { APPROVER, aRefund, Refunds, SECOND } from "../patterns/refund-approval/refunds.ts";
import { Watches } from "../patterns/shipment-monitor/watches.ts";
import { hubOf, rescued, rescueOnce } from "../support/rescue.ts";
import { type Shop, startShop } from "../support/shop.ts";

/** Steps with effects, and their undos. */
const UNDO_OF = {
  reserveStock: "releaseStock",
  chargePayment: "refundPayment",
  bookShipment: "cancelShipment",
  confirmOrder: "withdrawSale",
} as const;
/** Steps that the tests let fail. */
const FAILING = [...Object.entries(UNDO_OF).flat(), "sendConfirmation", "askForDecision"];
const SKU = "mug-300";
const TOTAL = 3 * 1099 + 2495;

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ settings: { strict: false }, startAt: new Date() });
});
afterEach(() => {
  for (const name of FAILING) shop.host.activity(name).restore();
});
afterAll(() => shop?.host.stop());

const status = async (id: string) => (await hubOf(shop.host).instance(id))?.runtimeStatus;

async function ask(command: "terminate" | "restart", id: string): Promise<void> {
  const answer = await shop.host.fetch(`/api/instances/${id}/${command}`, { method: "POST" });
  expect(answer.status).toBe(202);
  await shop.host.settle();
}

describe("order-chaining", () => {
  let orders: Orders;
  let others = 0;
  beforeAll(() => {
    orders = new Orders(shop.host.url, shop.storage);
  });

  async function ordersOf(sku: string): Promise<number> {
    await shop.host.settle();
    return ((await (await shop.host.fetch(`/api/sales/${sku}`)).json()) as SalesView).orders;
  }

  /** Signals other sales to the totals, so that they forget as many keys. */
  async function sellToOthers(count: number) {
    const sale = { quantity: 1, amount: { value: 1, currency: "EUR" }, at: "2026-11-24T10:00:00.000Z" };
    for (let i = 0; i < count; i++) {
      const input = JSON.stringify({ ...sale, key: `other-${++others}:00` });
      await shop.host.hub.signalEntity({ name: "productsales", key: SKU }, "sold", input);
    }
  }

  /** Terminates an order whose mail cannot be sent. */
  async function confirmedOrder(): Promise<string> {
    shop.host.activity("sendConfirmation").failAlways();
    const id = await orders.place(anOrder());
    await shop.host.advance({ minutes: 5 });
    await ask("terminate", id);
    shop.host.activity("sendConfirmation").restore();
    return id;
  }

  test("a confirmed order counts once, although the totals no longer remember its sale", async () => {
    const id = await confirmedOrder();
    await sellToOthers(REMEMBERED);
    const before = await ordersOf(SKU);
    await ask("restart", id);
    expect((await shop.host.instance(id).completion()).output).toMatchObject({ kind: "confirmed" });
    expect(await ordersOf(SKU)).toBe(before);
  });

  test("a confirmed order stays confirmed, although an earlier step could not run now", async () => {
    const unitsBefore = await orders.unitsInStock();
    const id = await confirmedOrder();
    shop.host.activity("chargePayment").failAlways();
    await ask("restart", id);
    expect((await shop.host.instance(id).completion()).output).toMatchObject({ kind: "confirmed" });
    expect(await orders.traces(id, unitsBefore)).toEqual({
      reserved: 4,
      ledger: [`charge ${TOTAL}`],
      parcels: ["booked"],
      mails: ["sendConfirmation"],
    });
  });

  test.each([
    ["bookShipment", ["reserveStock", "chargePayment"]],
    ["confirmOrder", ["reserveStock", "chargePayment", "bookShipment"]],
  ])(
    "an order that ended in %s continues there, although no earlier step can run now",
    async (step, before) => {
      const unitsBefore = await orders.unitsInStock();
      shop.host.activity(step).failAfterRunning(1);
      const id = await orders.place(anOrder());
      await shop.host.settle();
      await ask("terminate", id);
      for (const name of before) shop.host.activity(name).failAlways();
      await ask("restart", id);
      expect((await shop.host.instance(id).completion()).output).toMatchObject({ kind: "confirmed" });
      expect(await orders.traces(id, unitsBefore)).toEqual({
        reserved: 4,
        ledger: [`charge ${TOTAL}`],
        parcels: ["booked"],
        mails: ["sendConfirmation"],
      });
    },
  );

  test.each(Object.entries(UNDO_OF))(
    "an order whose %s had its effect and failed is undone completely, although %s was interrupted",
    async (step, undo) => {
      const unitsBefore = await orders.unitsInStock();
      const soldBefore = await ordersOf(SKU);
      shop.host.activity(step).failAfterRunning();
      shop.host.activity(undo).failAlways();
      const id = await orders.place(anOrder());
      await shop.host.advance({ minutes: 1 });
      await ask("terminate", id);
      for (const name of [step, undo]) shop.host.activity(name).restore();
      await ask("restart", id);
      expect((await shop.host.instance(id).completion()).runtimeStatus).toBe("Failed");
      const isCharged = step !== "reserveStock";
      const isBooked = step === "bookShipment" || step === "confirmOrder";
      expect(await orders.traces(id, unitsBefore)).toEqual({
        reserved: 0,
        ledger: isCharged ? [`charge ${TOTAL}`, `refund ${TOTAL}`] : [],
        parcels: isBooked ? ["canceled"] : [],
        mails: [],
      });
      expect(await ordersOf(SKU)).toBe(soldBefore);
      expect(await new TableSalesJournal(shop.storage).leftOf(id)).toBeUndefined();
    },
  );
});

describe("refund-approval", () => {
  let refunds: Refunds;
  beforeAll(() => {
    refunds = new Refunds(shop.host.url, shop.storage);
  });

  /** A refund that has failed because no approver could be reached for longer than the whole deadline. */
  async function unasked(afterMinutes: number): Promise<string> {
    const question = shop.host.activity("askForDecision");
    if (afterMinutes === 0) question.failAlways();
    const id = await refunds.start(aRefund({ orderId: await refunds.soldOrder(), deadline: "PT1H" }));
    await shop.host.advance({ minutes: afterMinutes });
    question.failAlways();
    await shop.host.advance({ hours: 3 });
    expect(await status(id)).toBe("Failed");
    question.restore();
    return id;
  }

  test.each([
    ["the first", APPROVER, 0],
    ["the second", SECOND, 50],
  ])(
    "a refund whose %s approver could not be asked gives that approver the full time",
    async (_, by, after) => {
      const id = await unasked(after);
      await ask("restart", id);
      expect(await refunds.find(id)).toMatchObject({ status: "running", progress: { waitingFor: by } });
      const mails = await refunds.mailsOf(id);
      expect(mails.filter((mail) => mail.startsWith("askForDecision"))).toHaveLength(by === APPROVER ? 1 : 2);
      await shop.host.advance({ minutes: 15 });
      expect((await refunds.decide(await refunds.linkTo(by, id), "approve")).status).toBe(200);
      expect((await shop.host.instance(id).completion()).output).toMatchObject({
        kind: "approved",
        decidedBy: by,
      });
    },
  );
});

describe("shipment-monitor", () => {
  test("a watch that was deleted after it had failed is not rescued, and the next one of its parcel is", async () => {
    const watches = new Watches(shop);
    const parcel = await watches.parcelTo("10115");
    /** Starts a watch, whose worker dies. */
    async function failedWatch(): Promise<string> {
      const { id } = await watches.start(parcel, { minInterval: "PT1H" });
      await shop.host.settle();
      await rescueOnce(shop);
      shop.host.killWorkerAfter(0);
      const isFailed = ({ runtimeStatus }: InstanceView) => runtimeStatus === "Failed";
      await shop.host.instance(id).waitUntil(isFailed);
      shop.host.killWorkerAfter(Infinity);
      return id;
    }

    const id = await failedWatch();
    expect((await watches.delete(parcel)).status).toBe(204);
    expect(await rescueOnce(shop)).toMatchObject({ rewind: 0, restart: 0 });
    expect(await status(id)).toBe("Failed");

    await failedWatch();
    expect((await rescued(shop, id)).output).toMatchObject({ kind: "delivered" });
  });
});
