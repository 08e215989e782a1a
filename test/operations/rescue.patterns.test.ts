import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { landscape } from "../openapi/photo.ts";
import { Albums, type Manifest } from "../patterns/image-fan-out/albums.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { Imports } from "../patterns/price-import/imports.ts";
import { APPROVER, aRefund, Refunds } from "../patterns/refund-approval/refunds.ts";
import { Reports } from "../patterns/report-async-http/reports.ts";
import { Watches } from "../patterns/shipment-monitor/watches.ts";
import { isFinal, killAtEachCall, rescued } from "../support/rescue.ts";
import { type Shop, startShop } from "../support/shop.ts";

/** Kills the worker after each call of every pattern. With the rescue, each instance ends as without the kill. */
vi.setConfig({ testTimeout: 120_000 });

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.host.stop());

const TOTAL = 3 * 1099 + 2495;

describe("order-chaining", () => {
  const CONFIRMED = { reserved: 4, ledger: [`charge ${TOTAL}`], parcels: ["booked"] };
  const UNDONE = { reserved: 0, ledger: [`charge ${TOTAL}`, `refund ${TOTAL}`], parcels: [], mails: [] };

  test.each([
    ["confirmed", anOrder({ token: "tok_flaky" }), CONFIRMED],
    ["undeliverable", anOrder({ postalCode: "00000" }), UNDONE],
  ])("an order ends as %s, with each effect once", async (kind, body, expected) => {
    const orders = new Orders(shop.host.url, shop.storage);
    const kills = await killAtEachCall(shop.host, async (calls) => {
      const unitsBefore = await orders.unitsInStock();
      const id = await orders.place(body);
      const { output } = await rescued(shop, id);
      expect(output, `killed after ${calls} calls`).toMatchObject({ kind });
      expect(await orders.traces(id, unitsBefore), `killed after ${calls} calls`).toMatchObject(expected);
      await (await shop.storage.queue("outbox")).clearMessages();
    });
    expect(kills).toBeGreaterThan(10);
  });

  test("an order that fails because of its own steps fails as before, and is not rescued", async () => {
    const orders = new Orders(shop.host.url, shop.storage);
    await killAtEachCall(shop.host, async (calls) => {
      const unitsBefore = await orders.unitsInStock();
      const id = await orders.place(anOrder({ token: "tok_down" }));
      await rescued(
        shop,
        id,
        (view) => isFinal(view) && String(view.output).includes("chargePayment did not"),
      );
      const { status, error } = await orders.find(id);
      expect({ status, type: error?.type }, `killed after ${calls} calls`).toEqual({
        status: "failed",
        type: "paymentUnavailable",
      });
      const traces = { reserved: 0, ledger: [], parcels: [], mails: [] };
      expect(await orders.traces(id, unitsBefore)).toEqual(traces);
    });
  });
});

describe("refund-approval", () => {
  const MAILS = ["askForDecision-1", "remindApprover-1-1", "remindApprover-1-2", "askForDecision-2"];

  test("a refund without a decision expires at its old deadline, and nobody is asked twice", async () => {
    const refunds = new Refunds(shop.host.url, shop.storage);
    const kills = await killAtEachCall(shop.host, async (calls) => {
      const begunAt = shop.host.clock.now();
      const id = await refunds.start(aRefund({ orderId: await refunds.soldOrder() }));
      expect((await rescued(shop, id)).output).toEqual({ kind: "expired", decidedBy: "deadline" });
      const hours = (shop.host.clock.now() - begunAt) / 3_600_000;
      // The deadlines of 72 and 24 hours, and the minutes of the rescue.
      expect(hours, `killed after ${calls} calls`).toBeGreaterThanOrEqual(96);
      expect(hours, `killed after ${calls} calls`).toBeLessThan(96.1);
      expect(await refunds.mailsOf(id)).toEqual(MAILS);
    });
    expect(kills).toBeGreaterThan(10);
  });

  test.each(["refundDecided", "escalationDecided"])(
    "a decision by %s stays, and gives the money back once",
    async (event) => {
      const refunds = new Refunds(shop.host.url, shop.storage);
      const round = event === "refundDecided" ? 1 : 2;
      await killAtEachCall(shop.host, async (calls) => {
        const orderId = await refunds.soldOrder();
        const id = await refunds.start(aRefund({ orderId }));
        await rescued(shop, id, ({ customStatus }) => {
          const status = customStatus as { waitingFor?: string; escalated?: boolean } | null;
          return Boolean(status?.waitingFor) && (round === 1 || status?.escalated === true);
        });
        await shop.host.instance(id).raise(event, { id: "decision-1", choice: "approve" });
        const by = round === 1 ? APPROVER : aRefund().escalateTo;
        expect((await rescued(shop, id)).output, `killed after ${calls} calls`).toMatchObject({
          kind: "approved",
          decidedBy: by,
        });
        expect(await refunds.givenBack(orderId)).toEqual([5999]);
        expect(await refunds.mailsOf(id)).toEqual(round === 1 ? MAILS.slice(0, 1) : MAILS);
      });
    },
  );
});

describe("shipment-monitor", () => {
  const NEWS = ["is announced", "is on its way", "comes today", "has been delivered"];
  let watches: Watches;
  beforeAll(() => {
    watches = new Watches(shop);
  });

  test("a watch ends as delivered, each piece of news mailed once", async () => {
    let complete = 0;
    const kills = await killAtEachCall(shop.host, async (calls) => {
      const parcel = await watches.parcelTo("10115");
      const { id } = await watches.start(parcel, { minInterval: "PT1M" });
      const { output } = await rescued(shop, id);
      expect(output, `killed after ${calls} calls`).toMatchObject({ kind: "delivered" });
      // A check whose result is lost is not repeated: the next one is a new check, and the sandbox's parcel moves on.
      const news = await watches.newsOf(parcel);
      expect(
        NEWS.filter((text) => news.includes(text)),
        `killed after ${calls} calls`,
      ).toEqual(news);
      expect(news.at(-1)).toBe("has been delivered");
      expect(news.length).toBeGreaterThanOrEqual(3);
      if (news.length === NEWS.length) complete += 1;
    });
    expect(complete).toBeGreaterThanOrEqual(kills - NEWS.length);
    expect(kills).toBeGreaterThan(10);
  });

  test("a stop is executed, although the worker dies in the meantime", async () => {
    const parcel = await watches.parcelTo("10115");
    const { id } = await watches.start(parcel, { minInterval: "PT1H" });
    await shop.host.settle();
    shop.host.killWorkerAfter(0);
    await watches.delete(parcel);
    expect((await rescued(shop, id)).output).toMatchObject({ kind: "stopped" });
  });
});

describe("report-async-http", () => {
  test("a report has the same file as without the failure", async () => {
    const reports = new Reports(shop.host.url);
    const body = { from: "2026-11-01", to: "2026-11-30", groupBy: "day" };
    const expected = await reports.start(body);
    await shop.host.instance(expected).completion();
    const lines = await reports.lines(expected);
    const kills = await killAtEachCall(shop.host, async (calls) => {
      const id = await reports.start(body);
      await rescued(shop, id);
      expect(await reports.lines(id), `killed after ${calls} calls`).toEqual(lines);
    });
    expect(kills).toBeGreaterThan(4);
  });
});

describe("price-import", () => {
  const RETRY = { attempts: 2, firstInterval: "PT1S" };

  test.each([
    ["imported", "retry", { applied: 2, failed: 1 }],
    ["rolledBack", "fail", { applied: 0, failed: 1, undone: 2 }],
  ])("a list is %s, each line once", async (kind, onError, counts) => {
    const imports = new Imports(shop);
    const kills = await killAtEachCall(shop.host, async (calls) => {
      const skus = [`k${kind}-${calls}`, `flaky-1-k-${kind}-${calls}`, "refused-k"];
      await imports.bring("kill", [`${skus[0]},1,EUR`, `${skus[1]},5,EUR`, `${skus[2]},6,EUR`]);
      const id = await imports.start("kill", { onError, retry: RETRY });
      const { output } = await rescued(shop, id);
      expect(output, `killed after ${calls} calls`).toMatchObject({ kind, ...counts });
      const [one, five] = kind === "imported" ? [100, 500] : [];
      expect(await imports.prices(...skus)).toEqual([one, five, undefined]);
      expect(await imports.deadLetters(id)).toEqual([
        "4,refused-k,6.00,EUR,The supplier has taken it out of the range",
      ]);
    });
    expect(kills).toBeGreaterThan(10);
  });
});

describe("image-fan-out", () => {
  test("an album is rendered completely", async () => {
    const albums = new Albums(shop.host);
    await albums.put("kill", "a.png", await landscape(), "image/png");
    for (let index = 0; index < 4; index += 1) await albums.put("kill", `p${index}.jpg`, "no photo");
    const kills = await killAtEachCall(shop.host, async (calls) => {
      const id = await albums.start("kill", { widths: [16], format: "webp" });
      await rescued(shop, id);
      const { progress, result } = await albums.renditions(id);
      expect(progress, `killed after ${calls} calls`).toEqual({ total: 5, done: 1, failed: 4 });
      expect(result?.failures).toHaveLength(4);
      const manifest = (await (await fetch(result?.manifest ?? "")).json()) as Manifest;
      const urls = manifest.photos.flatMap(({ renditions }) => renditions.map(({ url }) => url));
      expect(urls, `killed after ${calls} calls`).toHaveLength(1);
      expect((await fetch(urls[0] ?? "")).status).toBe(200);
    });
    expect(kills).toBeGreaterThan(10);
  });
});
