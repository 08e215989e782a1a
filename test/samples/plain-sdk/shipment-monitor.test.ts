import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { NOTIFY, Watches } from "../../patterns/shipment-monitor/watches.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { startPlainApp } from "./plain-app.ts";

let shop: Shop;
let watches: Watches;
beforeAll(async () => {
  shop = await startShop();
  watches = new Watches(shop);
});
afterEach(() => {
  shop.host.activity("checkShipment").restore();
});
afterAll(() => shop?.host.stop());

const HOURLY = { notify: NOTIFY, everySeconds: 3600 };
const OURS_HOURLY = { minInterval: "PT1H", maxInterval: "PT1H", deadline: "P30D" };
/** Every twelve hours: hourly checks would take this test half a minute, almost all of it for replays. */
const CHECKS_A_MONTH = 30 * 2;
const NEVER_ARRIVES = "00013";

test("the plain watch ends when the parcel is delivered, and mails it once", async () => {
  await using plain = await startPlainApp();
  const startedAt = plain.host.clock.now();
  const watch = await (await plain.start("shipments/watch", { ...HOURLY, parcel: "arrives-3" })).completion();
  expect(watch.output).toBe("delivered");
  expect(plain.host.clock.now() - startedAt).toBe(3 * 3_600_000);
  expect(plain.outside.outbox.mails).toEqual([`${NOTIFY}: arrives-3 is here`]);
});

describe("a month of checks", () => {
  test("makes a plain history that grows with each check", async () => {
    await using plain = await startPlainApp();
    plain.host.activity("checkShipment").replaceWith(() => "inTransit");
    const watch = await plain.start("shipments/watch", {
      ...HOURLY,
      everySeconds: 12 * 3600,
      parcel: "parcel-0",
    });
    expect((await watch.completion()).output).toBe("overdue");
    expect(plain.host.activity("checkShipment").calls).toHaveLength(CHECKS_A_MONTH);
    expect((await watch.history()).length).toBeGreaterThan(8 * CHECKS_A_MONTH);
  });

  test("leaves the history of our watch below 200 events", async () => {
    const parcel = await watches.parcelTo(NEVER_ARRIVES);
    const watch = await watches.start(parcel, { ...OURS_HOURLY, minInterval: "PT12H", maxInterval: "PT12H" });
    const lengths: number[] = [];
    for (let day = 0; day < 30; day++) {
      await shop.host.advance({ days: 1 });
      lengths.push((await watch.history()).length);
    }
    expect((await watches.find(parcel)).result).toMatchObject({ kind: "overdue" });
    expect(shop.host.activity("checkShipment").calls.length).toBeGreaterThanOrEqual(CHECKS_A_MONTH);
    expect(Math.max(...lengths)).toBeLessThan(200);
  });
});

describe("a carrier that is down for an hour", () => {
  test("ends the plain watch: there is no more news of the parcel", async () => {
    await using plain = await startPlainApp();
    const watch = await plain.start("shipments/watch", { ...HOURLY, parcel: "later-1" });
    await plain.host.settle();
    plain.host.activity("checkShipment").failAlways();
    await plain.host.advance({ hours: 1, minutes: 30 });
    plain.host.activity("checkShipment").restore();
    expect((await watch.completion()).runtimeStatus).toBe("Failed");
    expect(plain.outside.outbox.mails).toEqual([]);
  });

  test("delays our watch", async () => {
    const parcel = await watches.parcelTo("10115");
    const watch = await watches.start(parcel, OURS_HOURLY);
    await shop.host.settle();
    shop.host.activity("checkShipment").failAlways();
    await shop.host.advance({ hours: 1, minutes: 30 });
    shop.host.activity("checkShipment").restore();
    expect((await watch.completion()).output).toMatchObject({ kind: "delivered" });
    expect(await watches.newsOf(parcel)).toContain("has been delivered");
  });
});

describe("two requests to watch the same parcel", () => {
  test("start two plain watches, and the customer gets two mails", async () => {
    await using plain = await startPlainApp();
    for (let time = 0; time < 2; time++) {
      const watch = await plain.start("shipments/watch", { ...HOURLY, parcel: "twice-0" });
      await watch.completion();
    }
    expect(plain.outside.outbox.mails).toHaveLength(2);
  });

  test("lead to one watch of ours, and to one mail", async () => {
    const parcel = await watches.parcelTo("10115");
    for (let time = 0; time < 2; time++) await watches.post(parcel, OURS_HOURLY);
    await watches.instance(parcel).completion();
    const delivered = (await watches.newsOf(parcel)).filter((news) => news === "has been delivered");
    expect(delivered).toHaveLength(1);
  });
});
