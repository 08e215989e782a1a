import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { WatchInput } from "../../src/patterns/shipment-monitor/shipment.contract.ts";
import { TableSalesJournal } from "../../src/services/sandbox/table-sales-journal.ts";
import type { Shop } from "../support/shop.ts";
import { Albums } from "../patterns/image-fan-out/albums.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { Imports } from "../patterns/price-import/imports.ts";
import { APPROVER, aRefund, Refunds } from "../patterns/refund-approval/refunds.ts";
import { NOVEMBER, Reports } from "../patterns/report-async-http/reports.ts";
import { NOTIFY, Watches } from "../patterns/shipment-monitor/watches.ts";
import { recorded, write } from "./recording.ts";

/** Set by `npm run replay:record`. Without it, the recorded histories do not change. */
const isRecording = process.env["REPLAY_RECORD"] === "1";
// The app reads it when it is loaded. It signs the links of the recorded refunds, which stay in the outbox.
process.env["SHOP_DECISION_KEY"] = "only-for-tests-only-for-tests-only-for-tests";

type Scenario = (shop: Shop) => Promise<void>;

const order =
  (choice: Parameters<typeof anOrder>[0], failing?: string): Scenario =>
  async ({ host, storage }) => {
    if (failing !== undefined) host.activity(failing).failAlways();
    try {
      await host.instance(await new Orders(host.url, storage).place(anOrder(choice))).completion();
    } catch (error) {
      if (failing === undefined) throw error;
    } finally {
      if (failing !== undefined) host.activity(failing).restore();
    }
  };

const refund =
  (run: (refunds: Refunds, id: string) => Promise<unknown>, change: object = {}): Scenario =>
  async ({ host, storage }) => {
    const refunds = new Refunds(host.url, storage);
    const id = await refunds.start(aRefund({ orderId: await refunds.soldOrder(), ...change }));
    await host.settle();
    await run(refunds, id);
    await host.instance(id).completion();
  };

const decided = (decision: string) => async (refunds: Refunds, id: string) =>
  refunds.decide(await refunds.linkTo(APPROVER, id), decision);

const oldRefund =
  (decide: boolean): Scenario =>
  async ({ host, storage }) => {
    const refunds = new Refunds(host.url, storage);
    const id = `refund-${randomUUID().replaceAll("-", "")}`;
    const amount = { value: 500, currency: "EUR" };
    const request = aRefund({ orderId: await refunds.soldOrder(), amount });
    const input = JSON.stringify({ ...request, origin: host.url });
    await host.hub.start({ name: "refundApproval", instanceId: id, input, version: "1.0" });
    await host.settle();
    if (!decide) return;
    await refunds.decide(await refunds.linkTo(APPROVER, id), "approve");
    await host.instance(id).completion();
  };

/** Started without HTTP, because the endpoint gives each watch a random id, which its waits depend on. */
const watch =
  (postalCode: string): Scenario =>
  async (shop) => {
    const trackingNumber = await new Watches(shop).parcelTo(postalCode);
    const instanceId = `shipment-${trackingNumber}`;
    const input: WatchInput = {
      watchId: `recorded-${postalCode}`,
      trackingNumber,
      notify: NOTIFY,
      deadline: "P1D",
      minInterval: "PT1M",
      maxInterval: "PT10M",
    };
    await shop.host.start("shipmentWatch", input, { instanceId });
    await shop.host.instance(instanceId).completion();
  };

/** In a month in which no other scenario sells. */
const A_SALE = {
  orderId: "order-recorded",
  country: "DE",
  at: `${NOVEMBER.from}T10:00:00.000Z`,
  lines: [{ sku: "mug-300", quantity: 2, amount: { value: 1998, currency: "EUR" } }],
} as const;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "order/confirmed": order({}),
  "order/payment-refused": order({ token: "tok_declined" }),
  "order/undone": order({}, "confirmOrder"),
  "order/mail-fails": order({ email: "away@example.com" }),
  "refund/auto-approved": refund(async () => {}, { amount: { value: 500, currency: "EUR" } }),
  "refund/approved": refund(decided("approve")),
  "refund/rejected": refund(decided("reject")),
  "refund/expired": refund(async () => {}),
  "refund/version-1-waiting": oldRefund(false),
  "refund/version-1-approved": oldRefund(true),
  "report/made": async ({ host, storage }) => {
    await new TableSalesJournal(storage).recordSale(A_SALE);
    await host.instance(await new Reports(host.url).start(NOVEMBER)).completion();
  },
  "renditions/made": async ({ host }) => {
    const albums = new Albums(host);
    await albums.put("recorded", "friends.jpg", await readFile("samples/photos/friends.jpg"));
    await albums.put("recorded", "broken.jpg", "this is no photo");
    await albums.rendered("recorded", { widths: [320], format: "webp" });
  },
  "watch/delivered": watch("10115"),
  "watch/overdue": watch("00013"),
  "import/with-failures": async (shop) => {
    const lines = ["r-1,1,EUR", "flaky-2-recorded,2,EUR", "down-recorded,3,EUR", "no-price,x,EUR"];
    const retry = { attempts: 3, firstInterval: "PT10S", backoff: 3, maxInterval: "PT20S" };
    await new Imports(shop).run("recorded", lines, { onError: "retry", retry });
  },
};

describe.runIf(isRecording)("records", () => {
  test.each(Object.entries(SCENARIOS))("%s", async (name, scenario) => {
    const files = await recorded(scenario);
    expect(files.size).toBeGreaterThan(0);
    expect(await recorded(scenario)).toEqual(files);
    await write(name, files);
  });
});

test
  .skipIf(isRecording)
  .each(["order/confirmed", "refund/approved", "watch/delivered", "import/with-failures"])(
  "recording again changes nothing: %s",
  async (name) => {
    const scenario = SCENARIOS[name];
    if (scenario === undefined) throw new Error(`There is no scenario ${name}`);
    const files = await recorded(scenario);
    expect(files.size).toBeGreaterThan(0);
    expect(await recorded(scenario)).toEqual(files);
  },
);
