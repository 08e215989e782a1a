import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { Watches } from "./watches.ts";

let host: TestHost;
let watches: Watches;

beforeAll(async () => {
  const shop = await startShop();
  host = shop.host;
  watches = new Watches(shop);
});
afterEach(() => {
  for (const name of ["checkShipment", "mailShipmentNews"]) host.activity(name).restore();
});
afterAll(() => host?.stop());

const NEWS = ["is announced", "is on its way", "comes today", "has been delivered"];

/** Watches a parcel that is delivered, to the end. */
async function watched() {
  const parcel = await watches.parcelTo("10115");
  const pace = { minInterval: "PT1M", maxInterval: "PT10M", deadline: "PT6H" };
  await (await watches.start(parcel, pace)).completion();
  const { result } = await watches.find(parcel);
  return { kind: result?.kind, checks: result?.checks, news: await watches.newsOf(parcel) };
}

describe("a step whose result is lost", () => {
  test("once (checkShipment) loses only the news of this check", async () => {
    host.activity("checkShipment").failAfterRunning(1);
    expect(await watched()).toEqual({ kind: "delivered", checks: 5, news: NEWS.slice(1) });
  });

  test("once (mailShipmentNews) is repeated with the next check, and mailed once", async () => {
    host.activity("mailShipmentNews").failAfterRunning(1);
    expect(await watched()).toEqual({ kind: "delivered", checks: 5, news: NEWS });
  });

  test("always (checkShipment) leaves a watch without a position until it is overdue", async () => {
    host.activity("checkShipment").failAfterRunning();
    expect(await watched()).toMatchObject({ kind: "overdue", news: ["is overdue"] });
  });

  test("always (mailShipmentNews) mails each piece of news once, and the watch ends at the deadline with the last position", async () => {
    host.activity("mailShipmentNews").failAfterRunning();
    expect(await watched()).toMatchObject({ kind: "delivered", news: NEWS });
  });
});
