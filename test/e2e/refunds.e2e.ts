import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../tools/tour/api.ts";
import { anOrder, type OrderBody } from "../patterns/order-chaining/order-samples.ts";
import { api, hasStorage, mailsTo, post, problemIn, start, unique } from "./app.ts";

type Progress = {
  waitingFor: string | null;
  deadline: string | null;
  remindersSent: number;
  escalated: boolean;
};
type Refund = Resource<Progress, { kind: string; decidedBy: string; refundId?: string }>;

/** An order that is paid and confirmed. */
async function paidOrder(order: OrderBody): Promise<string> {
  const { id, url } = await start("/api/orders", order);
  await api.watch(url);
  return id;
}

let orderId: string;
let cheapOrderId: string;
beforeAll(async () => {
  [orderId, cheapOrderId] = await Promise.all([
    paidOrder(anOrder({ sku: "canvas-60x80" })),
    paidOrder({ ...anOrder(), lines: [{ sku: "print-10x15", quantity: 1 }] }),
  ]);
});

/** A refund above the limit, with its own approvers. */
function aRefund(change: object = {}) {
  const approver = `${unique("first")}@example.com`;
  const escalateTo = `${unique("second")}@example.com`;
  const amount = { value: 5999, currency: "EUR" };
  return { orderId, amount, reason: "The canvas arrived torn", approver, escalateTo, ...change };
}

const find = (url: string): Promise<Refund> => api.get(url);
const watch = (url: string): Promise<Refund> => api.watch(url, undefined, 100);

describe.concurrent("a refund", () => {
  test("within the limit is given back immediately", async ({ expect }) => {
    const { url } = await start("/api/refunds", aRefund({ amount: { value: 500, currency: "EUR" } }));
    const refund = await watch(url);
    expect(refund).toMatchObject({
      kind: "refund",
      status: "completed",
      result: { kind: "autoApproved", decidedBy: expect.any(String), refundId: expect.any(String) },
    });
  });

  test("without a decision reminds twice, escalates, and is rejected automatically", async ({ expect }) => {
    const { url } = await start("/api/refunds", aRefund({ deadline: "PT3S" }));
    const refund = await watch(url);
    expect(refund).toMatchObject({
      status: "completed",
      progress: { remindersSent: 2, escalated: true },
      result: { kind: "expired", decidedBy: expect.any(String) },
    });
    expect(refund.result?.refundId).toBeUndefined();
  });

  test("shows who is asked and until when, and ends when an operator terminates it", async ({ expect }) => {
    const request = aRefund({ deadline: "P1D" });
    const { id, url } = await start("/api/refunds", request);
    await expect.poll(async () => (await find(url)).progress.waitingFor).toBe(request.approver);
    expect((await find(url)).progress).toMatchObject({ remindersSent: 0, escalated: false });
    expect((await api.call("POST", `/api/instances/${id}/terminate`)).status).toBe(202);
    expect((await watch(url)).status).toBe("canceled");
  });

  test("of more than the charge is refused", async ({ expect }) => {
    const amount = { value: 400, currency: "EUR" };
    const answer = post("/api/refunds", aRefund({ orderId: cheapOrderId, amount }));
    expect(await problemIn(answer)).toMatchObject({ status: 409, pointer: "/amount/value" });
  });

  test("of an order that is not confirmed is refused", async ({ expect }) => {
    const answer = post("/api/refunds", aRefund({ orderId: unique("nobody") }));
    expect(await problemIn(answer)).toMatchObject({ status: 409, pointer: "/orderId" });
  });

  test("requested ten times simultaneously with one key is started once", async ({ expect }) => {
    const key = { "idempotency-key": randomUUID() };
    const request = aRefund({ amount: { value: 100, currency: "EUR" } });
    const starts = await Promise.all(Array.from({ length: 10 }, () => start("/api/refunds", request, key)));
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    expect(await problemIn(post("/api/refunds", aRefund(), key))).toMatchObject({ status: 422 });
    await watch(starts[0]?.url ?? "");
  });

  test.for([
    ["/amount/value", { amount: { value: 0, currency: "EUR" } }],
    ["/approver", { approver: "nobody" }],
    ["/deadline", { deadline: "P1Y" }],
    ["/reason", { reason: "A\nB" }],
    ["/decidedBy", { decidedBy: "me" }],
  ] as const)("with a wrong %s is a 400", async ([pointer, change], { expect }) => {
    expect(await problemIn(post("/api/refunds", aRefund(change)))).toMatchObject({ status: 400, pointer });
  });
});

describe("a decision", () => {
  test("with an unsigned token is refused, on a page for people", async () => {
    const { id, url } = await start("/api/refunds", aRefund({ deadline: "PT1S" }));
    for (const token of [
      "",
      "x",
      "a.b.c",
      encodeURIComponent("../..\r\n"),
      "1.9999999999.".padEnd(80, "A"),
    ]) {
      const link = `/api/refunds/${id}/decision?token=${token}`;
      expect(await problemIn(api.call("GET", link))).toMatchObject({ status: 403 });
      const body = new URLSearchParams({ decision: "approve" });
      expect(await problemIn(api.call("POST", link, { body }))).toMatchObject({ status: 403 });
      const page = await api.call("GET", link, { headers: { accept: "text/html" } });
      expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    }
    expect((await watch(url)).result?.kind).toBe("expired");
  });

  test("about a refund that does not exist is refused in the same way", async () => {
    const answer = api.call("GET", "/api/refunds/refund-nobody/decision?token=x");
    expect(await problemIn(answer)).toMatchObject({ status: 403 });
    expect(await problemIn(api.call("GET", "/api/refunds/refund-nobody"))).toMatchObject({ status: 404 });
  });
});

/** The link in the mail to an approver, as soon as it is sent. */
async function linkTo(approver: string): Promise<string> {
  for (let tries = 0; tries < 60; tries++) {
    for (const text of await mailsTo(approver)) {
      const link = /https?:\S+\/decision\?token=\S+/.exec(text)?.[0];
      if (link) return link;
    }
    await delay(1000);
  }
  throw new Error(`${approver} was not asked`);
}

// In sequence, because reading the outbox hides its mails for a short time.
describe.runIf(hasStorage)("a decision with a link from the outbox", () => {
  const decide = (link: string, decision: string) =>
    fetch(link, { method: "POST", body: new URLSearchParams({ decision }) });

  test.each([
    ["approve", "approved"],
    ["reject", "rejected"],
  ])("%s: the refund is %s, once; another refund's token is refused", async (decision, kind) => {
    const [one, other] = [aRefund({ deadline: "PT5M" }), aRefund({ deadline: "PT1S" })];
    const { id, url } = await start("/api/refunds", one);
    const waiting = await start("/api/refunds", other);
    const link = await linkTo(one.approver);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("EUR 59.99");
    expect((await find(url)).progress.waitingFor, "opening the page changes nothing").toBe(one.approver);
    const swapped = link.replace(id, waiting.id);
    expect(await problemIn(fetch(swapped))).toMatchObject({ status: 403 });
    expect(await problemIn(fetch(`${link}x`))).toMatchObject({ status: 403 });

    expect((await decide(link, decision)).status).toBe(200);
    expect((await watch(url)).result).toMatchObject({ kind, decidedBy: one.approver });
    expect(await problemIn(decide(link, "approve"))).toMatchObject({ status: 409 });
    expect(await problemIn(fetch(link))).toMatchObject({ status: 409 });
    await watch(waiting.url);
  });

  test("is made by the second approver after the first one's time, and the first one is too late", async () => {
    const request = aRefund({ deadline: "PT15S" });
    const { url } = await start("/api/refunds", request);
    const first = await linkTo(request.approver);
    await expect.poll(async () => (await find(url)).progress.escalated, { timeout: 60_000 }).toBe(true);
    const second = await linkTo(request.escalateTo);
    expect(await problemIn(decide(first, "approve"))).toMatchObject({ status: 409 });
    expect((await decide(second, "approve")).status).toBe(200);
    expect((await watch(url)).result).toMatchObject({ kind: "approved", decidedBy: request.escalateTo });
  });
});
