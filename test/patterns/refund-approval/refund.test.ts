import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "../order-chaining/order-samples.ts";
import { Orders } from "../order-chaining/orders.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { APPROVER, aRefund, Refunds, SECOND } from "./refunds.ts";

let host: TestHost;
let storage: Storage;
let refunds: Refunds;

beforeAll(async () => {
  process.env["SHOP_DECISION_KEY"] = "only-for-tests-only-for-tests-only-for-tests";
  // Links expire by the real clock, which the app uses outside of orchestrators.
  ({ host, storage } = await startShop({ startAt: new Date() }));
  refunds = new Refunds(host.url, storage);
});
afterAll(() => host?.stop());

/** A refund that waits for its first approver. */
async function waitingRefund(change: object = {}): Promise<{ id: string; orderId: string; link: string }> {
  const orderId = await refunds.soldOrder();
  const id = await refunds.start(aRefund({ orderId, ...change }));
  await host.settle();
  return { id, orderId, link: await refunds.linkTo(APPROVER, id) };
}

async function result(id: string) {
  await host.instance(id).completion();
  return (await refunds.find(id)).result;
}

/** Waits until a decision has reached the refund; time does not move. */
async function decisionIn(id: string): Promise<void> {
  const names = async () =>
    (await host.hub.history(id)).map((event) => ("Name" in event ? event.Name : undefined));
  await expect.poll(names).toContain("refundDecided");
}

const REFUND_ID = expect.stringMatching(/^ref_[0-9a-f]{24}$/);

describe("a refund up to the limit", () => {
  test("is approved immediately, and the money is given back", async () => {
    const orderId = await refunds.soldOrder();
    const id = await refunds.start(aRefund({ orderId, amount: { value: 5000, currency: "EUR" } }));
    expect(await result(id)).toEqual({ kind: "autoApproved", decidedBy: "policy", refundId: REFUND_ID });
    expect(await refunds.givenBack(orderId)).toEqual([5000]);
    expect(await refunds.mailsOf(id)).toEqual([]);
  });

  test("stays approved after a restart, although the limit is lower by then", async () => {
    const orderId = await refunds.soldOrder();
    const input = { ...aRefund({ orderId }), origin: host.url, isWithinLimit: true };
    const { output } = await (await host.start("refundApproval", input)).completion();
    expect(output).toMatchObject({ kind: "autoApproved", decidedBy: "policy" });
  });

  test("in another currency still needs a decision", async () => {
    const orderId = await refunds.soldOrder("JPY");
    const { id } = await waitingRefund({ orderId, amount: { value: 1299, currency: "JPY" } });
    expect((await refunds.find(id)).progress.waitingFor).toBe(APPROVER);
    const [mail] = await refunds.mailbox.mails(id);
    expect(mail?.subject).toContain("refund of JPY 1,299 for");
    expect(mail?.text).toContain("Amount: JPY 1,299\n");
  });
});

describe("a refund above the limit", () => {
  test("waits for its approver", async () => {
    const { id } = await waitingRefund();
    const refund = await refunds.find(id);
    expect(refund).toEqual({
      id: expect.stringMatching(/^refund-[0-9a-f]{32}$/),
      kind: "refund",
      status: "running",
      progress: {
        waitingFor: APPROVER,
        deadline: expect.stringMatching(/Z$/),
        remindersSent: 0,
        escalated: false,
      },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      links: { self: `${host.url}/api/refunds/${id}` },
    });
    const hours = (Date.parse(refund.progress.deadline ?? "") - host.clock.now()) / 3_600_000;
    expect(hours).toBeCloseTo(72, 1);
    expect(await refunds.mailsOf(id)).toEqual(["askForDecision-1"]);
  });

  test("continues to wait after events that are not a decision", async () => {
    const { id, orderId, link } = await waitingRefund();
    for (const payload of ["null", '"approve"', '{"choice":"approve"}', '{"id":"1","choice":"perhaps"}']) {
      await host.hub.raiseEvent(id, "refundDecided", payload);
      await host.settle();
    }
    expect((await refunds.find(id)).status).toBe("running");
    expect(host.logs.filter(({ message }) => message.includes("eventIgnored"))).toHaveLength(4);
    expect((await refunds.decide(link, "approve")).status).toBe(200);
    expect(await result(id)).toMatchObject({ kind: "approved" });
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });

  test("that is approved is given back once, and ends immediately, not at the deadline", async () => {
    const { id, orderId, link } = await waitingRefund();
    const before = host.clock.now();
    const response = await refunds.decide(link, "approve");
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("You have approved the refund of EUR 59.99");
    expect(await result(id)).toEqual({ kind: "approved", decidedBy: APPROVER, refundId: REFUND_ID });
    expect(host.clock.now()).toBe(before);
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
    const { progress } = await refunds.find(id);
    expect(progress).toEqual({ waitingFor: null, deadline: null, remindersSent: 0, escalated: false });
  });

  test("that is rejected gives nothing back", async () => {
    const { id, orderId, link } = await waitingRefund();
    const response = await refunds.decide(link, "reject");
    expect(response.status).toBe(200);
    expect(await result(id)).toEqual({ kind: "rejected", decidedBy: APPROVER });
    expect(await refunds.givenBack(orderId)).toEqual([]);
  });

  test("reminds after a third and two thirds, escalates, and is finally rejected", async () => {
    const { id, orderId } = await waitingRefund();
    const progress = async () => (await refunds.find(id)).progress;
    await host.advance({ hours: 23, minutes: 59 });
    expect(await refunds.mailsOf(id)).toEqual(["askForDecision-1"]);
    await host.advance({ minutes: 1 });
    expect(await progress()).toMatchObject({ remindersSent: 1, escalated: false, waitingFor: APPROVER });
    await host.advance({ hours: 24 });
    expect(await progress()).toMatchObject({ remindersSent: 2, escalated: false, waitingFor: APPROVER });
    await host.advance({ hours: 23, minutes: 59 });
    expect(await progress()).toMatchObject({ escalated: false });
    await host.advance({ minutes: 1, seconds: 1 });
    const escalated = await progress();
    expect(escalated).toMatchObject({ remindersSent: 2, escalated: true, waitingFor: SECOND });
    expect((Date.parse(escalated.deadline ?? "") - host.clock.now()) / 3_600_000).toBeCloseTo(24, 1);
    await host.advance({ hours: 24, seconds: 1 });
    expect(await result(id)).toEqual({ kind: "expired", decidedBy: "deadline" });
    expect(await refunds.givenBack(orderId)).toEqual([]);
    const mails = await refunds.mailbox.mails(id);
    expect(mails.map(({ messageId, to }) => [messageId.slice(id.length + 1), to])).toEqual([
      ["askForDecision-1", APPROVER],
      ["remindApprover-1-1", APPROVER],
      ["remindApprover-1-2", APPROVER],
      ["askForDecision-2", SECOND],
    ]);
  });

  test("can be decided by the second approver, but not by the first one any more", async () => {
    const { id, orderId, link } = await waitingRefund();
    await host.advance({ hours: 72, seconds: 1 });
    const late = await refunds.decide(link, "reject");
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      detail: "Your decision is too late: another approver was asked in the meantime",
    });
    const second = await refunds.linkTo(SECOND, id);
    expect(second).not.toBe(link);
    expect((await refunds.decide(second, "approve")).status).toBe(200);
    expect(await result(id)).toEqual({ kind: "approved", decidedBy: SECOND, refundId: REFUND_ID });
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });

  test("accepts a decision that arrives while a reminder is being sent", async () => {
    const { id, link } = await waitingRefund();
    const held = host.activity("remindApprover").nextCall();
    const advanced = host.advance({ hours: 24 });
    const reminding = await held;
    const decided = refunds.decide(link, "approve");
    await decisionIn(id);
    reminding.release();
    await advanced;
    expect((await decided).status).toBe(200);
    expect(await result(id)).toMatchObject({ kind: "approved" });
  });

  test("accepts a decision that arrives before the result of sending the mail", async () => {
    const held = host.activity("askForDecision").nextCall();
    const orderId = await refunds.soldOrder();
    const id = await refunds.start(aRefund({ orderId }));
    const asking = await held;
    await host.instance(id).waitUntil(({ customStatus }) => customStatus !== null);
    const { LinkSigner } = await import("../../../src/signed-links/link-signer.ts");
    const tokens = new LinkSigner("refund decision, version 1", () =>
      Promise.resolve(process.env["SHOP_DECISION_KEY"] ?? ""),
    );
    const token = await tokens.sign({ instanceId: id, round: 1, expiresAt: new Date(Date.now() + 60_000) });
    const decided = refunds.decide(`${host.url}/api/refunds/${id}/decision?token=${token}`, "reject");
    await decisionIn(id);
    asking.release();
    expect((await decided).status).toBe(200);
    expect(await result(id)).toEqual({ kind: "rejected", decidedBy: APPROVER });
  });
});

describe("the money", () => {
  test("is never more than the charge, even with several refunds", async () => {
    const { id, orderId, link } = await waitingRefund();
    const second = await refunds.start(aRefund({ orderId }));
    await host.settle();
    await refunds.decide(link, "approve");
    await refunds.decide(await refunds.linkTo(APPROVER, second), "approve");
    expect(await result(id)).toMatchObject({ kind: "approved" });
    expect(await result(second)).toEqual({
      kind: "notRefundable",
      decidedBy: APPROVER,
      reason: `Less than the amount is left of the charge of ${orderId}`,
    });
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });

  test("is given back once when the step runs again", async () => {
    host.activity("giveMoneyBack").failOn(host.activity("giveMoneyBack").calls.length + 1);
    const { id, orderId, link } = await waitingRefund();
    const answer = refunds.decide(link, "approve");
    await decisionIn(id);
    expect(await result(id)).toMatchObject({ kind: "approved" });
    expect(await (await answer).text()).toContain("The money was given back");
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });

  test("shows in the sales of the products that were returned", async () => {
    const orders = new Orders(host.url, storage);
    const orderId = await orders.place(anOrder());
    await host.instance(orderId).completion();
    const sales = async () => (await (await host.fetch("/api/sales/mug-300")).json()) as { refunds: unknown };
    const id = await refunds.start(aRefund({ orderId, amount: { value: 1000, currency: "EUR" } }));
    await host.instance(id).completion();
    await host.settle();
    expect(await sales()).toMatchObject({ refunds: { value: 569, currency: "EUR" } });
  });
});

describe("asking", () => {
  test.each([
    ["in another currency than the order's", { value: 100, currency: "USD" }, "/amount/currency", "EUR"],
    [
      "for more than the order was charged",
      { value: 10_001, currency: "EUR" },
      "/amount/value",
      "EUR 100.00",
    ],
  ])("%s is refused", async (_what, amount, pointer, message) => {
    const response = await refunds.post(aRefund({ orderId: await refunds.soldOrder(), amount }));
    expect(response.status).toBe(409);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      errors: [{ pointer, message: expect.stringContaining(message) }],
    });
  });

  test("of more than the remaining amount is refused, and a repeated request returns its own refund", async () => {
    const orderId = await refunds.soldOrder();
    const most = aRefund({ orderId, amount: { value: 5000, currency: "EUR" } });
    const headers = { "idempotency-key": "most-of-it" };
    const id = await refunds.start(most, headers);
    expect(await result(id)).toMatchObject({ kind: "autoApproved" });
    const beyond = await refunds.post(aRefund({ orderId, amount: { value: 5001, currency: "EUR" } }));
    expect(beyond.status).toBe(409);
    expect(await beyond.json()).toMatchObject({ errors: [{ pointer: "/amount/value" }] });
    expect(await result(await refunds.start({ ...most, reason: "The rest" }))).toMatchObject({
      kind: "autoApproved",
    });
    expect(await refunds.start(most, headers)).toBe(id);
    expect(await refunds.givenBack(orderId)).toEqual([5000, 5000]);
  });

  test("20 times simultaneously with one Idempotency-Key asks the approver once", async () => {
    const orderId = await refunds.soldOrder();
    const headers = { "idempotency-key": "twenty-at-once" };
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => refunds.start(aRefund({ orderId }), headers)),
    );
    expect(new Set(ids).size).toBe(1);
    await host.settle();
    expect(await refunds.mailsOf(ids[0] ?? "")).toEqual(["askForDecision-1"]);
  });

  test.each([
    ["/orderId", { orderId: "../order" }],
    ["/amount/value", { amount: { value: 0, currency: "EUR" } }],
    ["/amount/value", { amount: { value: 0.5, currency: "EUR" } }],
    ["/amount/currency", { amount: { value: 1, currency: "eur" } }],
    ["/reason", { reason: "torn\r\nBcc: all@example.com" }],
    ["/reason", { reason: "x".repeat(501) }],
    ["/reason", { reason: "\u202Eevil" }],
    ["/approver", { approver: "approver@example.com\r\nBcc: all@example.com" }],
    ["/escalateTo", { escalateTo: undefined }],
    ["/deadline", { deadline: "P366D" }],
    ["/deadline", { deadline: "soon" }],
    ["/limit", { limit: 1_000_000 }],
    ["/origin", { origin: "https://evil.example" }],
  ])("with a wrong %s: %j is refused", async (pointer, change) => {
    const response = await refunds.post(aRefund(change));
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});
