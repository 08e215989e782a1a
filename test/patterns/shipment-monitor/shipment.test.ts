import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { NOTIFY, Watches } from "./watches.ts";

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

const QUICK = { minInterval: "PT1M", maxInterval: "PT10M", deadline: "P1D" };
const DELIVERED = ["is announced", "is on its way", "comes today", "has been delivered"];

describe("a watch", () => {
  test.each([
    ["delivered", "10115", 5, DELIVERED],
    ["delivered", "00010", 1, ["has been delivered"]],
    ["lost", "00011", 4, ["is announced", "is on its way", "is lost"]],
    ["returned", "00012", 4, ["is announced", "is on its way", "goes back to the shop"]],
    ["delivered", "00014", 7, DELIVERED],
  ])(
    "ends as %s for a parcel to %s after %d checks, and each piece of news is mailed once",
    async (...row) => {
      const [kind, postalCode, checks, news] = row;
      const parcel = await watches.parcelTo(postalCode);
      await (await watches.start(parcel, QUICK)).completion();
      const { result, progress, status } = await watches.find(parcel);
      expect(status).toBe("completed");
      expect(result).toEqual({
        kind,
        checks,
        last: { state: kind, place: expect.any(String), at: expect.stringMatching(/Z$/) },
      });
      expect(progress).toMatchObject({ checks, nextCheckAt: null, generation: 1 });
      expect(await watches.newsOf(parcel)).toEqual(news);
    },
  );

  test("ends as overdue at its deadline for a parcel that never arrives", async () => {
    const parcel = await watches.parcelTo("00013");
    const startedAt = host.clock.now();
    await (await watches.start(parcel, QUICK)).completion();
    const { result } = await watches.find(parcel);
    expect(result).toMatchObject({ kind: "overdue", last: { state: "inTransit" } });
    expect(host.clock.now() - startedAt).toBe(24 * 3600_000);
    expect(await watches.newsOf(parcel)).toEqual(["is announced", "is on its way", "is overdue"]);
  });

  test("ends as overdue if the carrier never responds", async () => {
    const parcel = await watches.parcelTo("00015");
    await (await watches.start(parcel, { ...QUICK, deadline: "PT1H" })).completion();
    expect((await watches.find(parcel)).result).toMatchObject({ kind: "overdue", last: null });
    expect(await watches.newsOf(parcel)).toEqual(["is overdue"]);
  });

  test("returns 202 with the parcel's place and its progress while it runs", async () => {
    const parcel = await watches.parcelTo("00013");
    const response = await watches.post(parcel, QUICK);
    const self = `${host.url}/api/shipments/${parcel}`;
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(self);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toEqual({ id: `shipment-${parcel}`, status: "pending", links: { self } });
    const watch = watches.instance(parcel);
    await watch.waitUntil(({ customStatus }) => (customStatus as { checks?: number })?.checks === 2);
    const found = await watches.find(parcel);
    expect(found).toMatchObject({
      kind: "shipment",
      status: "running",
      progress: { last: { state: "inTransit" }, checks: 2, generation: 1 },
    });
    expect(Date.parse(found.progress.nextCheckAt ?? "") - host.clock.now()).toBe(60_000);
    await watches.delete(parcel);
    await watch.completion();
  });

  test("of a parcel that was ordered here finds it by the order's tracking number", async () => {
    const order = await host.fetch("/api/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        customer: { name: "Sample Customer", email: NOTIFY },
        shipTo: { name: "S", street: "Example Street 1", postalCode: "00010", city: "Berlin", country: "DE" },
        lines: [{ sku: "mug-300", quantity: 1 }],
        payment: { token: "tok_ok" },
      }),
    });
    const { id } = (await order.json()) as { id: string };
    const { output } = await host.instance(id).completion();
    const { trackingNumber } = output as { trackingNumber: string };
    await (await watches.start(trackingNumber)).completion();
    expect((await watches.find(trackingNumber)).result?.kind).toBe("delivered");
  });
});

describe("a month of watching", () => {
  const MONTH = { minInterval: "PT1H", maxInterval: "PT2H", deadline: "P30D" };

  /** The longest history at the end of a generation, and the number of generations. */
  async function longestHistory(parcel: string): Promise<[number, number]> {
    const watch = await watches.start(parcel, MONTH);
    let longest = 0;
    for (let generation = 1; ; generation++) {
      const { runtimeStatus } = await watch.waitUntil(
        ({ customStatus, runtimeStatus }) =>
          runtimeStatus === "Completed" || (customStatus as { checks?: number })?.checks === 15 * generation,
      );
      longest = Math.max(longest, (await watch.history()).length);
      if (runtimeStatus === "Completed") return [longest, generation];
    }
  }

  test("keeps every history short, generation after generation", async () => {
    const parcel = await watches.parcelTo("00013");
    const startedAt = host.clock.now();
    const [longest, generations] = await longestHistory(parcel);
    const { result, progress, createdAt } = await watches.find(parcel);
    expect(result?.kind).toBe("overdue");
    expect(result?.checks).toBeGreaterThan(360);
    expect(progress.generation).toBe(generations);
    expect(Math.abs(Date.parse(createdAt) - startedAt)).toBeLessThan(1000);
    expect(longest).toBeLessThan(150);
  });

  test("keeps it short even if each check has news", async () => {
    let scan = 0;
    const at = new Date(host.clock.now()).toISOString();
    host.activity("checkShipment").replaceWith(() => ({ scan: ++scan, state: "inTransit", place: "X", at }));
    host.activity("mailShipmentNews").replaceWith(() => undefined);
    const [longest] = await longestHistory(await watches.parcelTo("00013"));
    expect(scan).toBeGreaterThan(700);
    expect(longest).toBeGreaterThan(150);
    expect(longest).toBeLessThan(200);
  });
});

describe("a second watch of a parcel", () => {
  test("returns the running one", async () => {
    const parcel = await watches.parcelTo("00013");
    const watch = await watches.start(parcel, QUICK);
    const response = await watches.post(parcel, { ...QUICK, notify: "other@example.com" });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: watch.id, status: "running" });
    await watches.delete(parcel);
    await watch.completion();
  });

  test("requested 20 times simultaneously starts one", async () => {
    const parcel = await watches.parcelTo("10115");
    const responses = await Promise.all(Array.from({ length: 20 }, () => watches.post(parcel, QUICK)));
    const statuses = responses.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 200), 202]);
    await watches.instance(parcel).completion();
    expect(await watches.newsOf(parcel)).toEqual(DELIVERED);
    const looks = host
      .activity("checkShipment")
      .calls.filter(({ input }) => (input as { trackingNumber: string }).trackingNumber === parcel);
    expect(looks).toHaveLength(5);
  });

  test("can start after the end of the first, once for 20 calls, and does not mail the same news again", async () => {
    const parcel = await watches.parcelTo("00013");
    for (const expected of [
      ["is announced", "is on its way"],
      ["is announced", "is on its way"],
    ]) {
      const responses = await Promise.all(Array.from({ length: 20 }, () => watches.post(parcel, QUICK)));
      expect(responses.filter(({ status }) => status === 202)).toHaveLength(1);
      const watch = watches.instance(parcel);
      await watch.waitUntil(({ customStatus }) => (customStatus as { checks?: number })?.checks === 3);
      await watches.delete(parcel);
      await watch.completion();
      expect(await watches.newsOf(parcel)).toEqual(expected);
    }
    await watches.start(parcel, { ...QUICK, notify: "other@example.com" });
    await host.settle();
    await watches.delete(parcel);
    await watches.instance(parcel).completion();
    expect(await watches.newsOf(parcel)).toEqual(["is announced", "is on its way", "is on its way"]);
  });

  test("starts nothing if it has the Idempotency-Key of an earlier one, even if that has ended", async () => {
    const parcel = await watches.parcelTo("00010");
    expect((await watches.post(parcel, QUICK, "once")).status).toBe(202);
    await watches.instance(parcel).completion();
    const again = await watches.post(parcel, QUICK, "once");
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ status: "completed", result: { kind: "delivered" } });
    expect((await watches.post(parcel, { ...QUICK, notify: "b@example.com" }, "once")).status).toBe(422);
    expect((await watches.post(parcel, QUICK, "a/b")).status).toBe(400);
  });
});

describe("a call that is not valid", () => {
  test.each(["PP00000000000000", "pp1234567890abcd", "x", "..%2f..%2finstances", "a".repeat(300)])(
    "for the parcel %s returns 404",
    async (parcel) => {
      for (const response of [
        await watches.post(parcel),
        await watches.get(parcel),
        await watches.delete(parcel),
      ]) {
        expect(response.status).toBe(404);
        expect(response.headers.get("content-type")).toBe("application/problem+json");
      }
    },
  );

  test("for a parcel that is not watched returns 404", async () => {
    const parcel = await watches.parcelTo("10115");
    expect((await watches.get(parcel)).status).toBe(404);
    expect((await watches.delete(parcel)).status).toBe(404);
  });
});

test("a mail that cannot be sent is retried with the next check, and the watch still ends", async () => {
  const parcel = await watches.parcelTo("00010");
  host.activity("mailShipmentNews").failOn(host.activity("mailShipmentNews").calls.length + 1);
  await (await watches.start(parcel, QUICK)).completion();
  expect((await watches.find(parcel)).result).toMatchObject({ kind: "delivered", checks: 2 });
  expect(await watches.newsOf(parcel)).toEqual(["has been delivered"]);

  const unheard = await watches.parcelTo("00010");
  host.activity("mailShipmentNews").failAlways();
  await (await watches.start(unheard, QUICK)).completion();
  expect((await watches.find(unheard)).result).toMatchObject({ kind: "delivered" });
  expect(await watches.newsOf(unheard)).toEqual([]);
});
