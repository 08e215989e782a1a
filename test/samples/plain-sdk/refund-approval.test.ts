import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { APPROVER, aRefund, Refunds, SECOND } from "../../patterns/refund-approval/refunds.ts";
import { startShop } from "../../support/shop.ts";
import { startPlainApp } from "./plain-app.ts";

let host: TestHost;
let refunds: Refunds;
beforeAll(async () => {
  // Links expire by the real clock, which the app uses outside of orchestrators.
  const shop = await startShop({ startAt: new Date() });
  host = shop.host;
  refunds = new Refunds(host.url, shop.storage);
});
afterEach(() => {
  host.activity("askForDecision").restore();
});
afterAll(() => host?.stop());

const PLAIN = { cents: 5999, approvers: [APPROVER, SECOND], hours: 72 };

/** Our refund of an order that was sold. */
async function startOurs(deadline: string) {
  const orderId = await refunds.soldOrder();
  const id = await refunds.start(aRefund({ orderId, deadline }));
  await host.settle();
  return { orderId, instance: host.instance(id) };
}

describe("the plain refund", () => {
  test.each([
    ["approve", "approved", [-5999]],
    ["reject", "rejected", []],
  ])("for which an approver says %s is %s", async (decision, output, entries) => {
    await using plain = await startPlainApp();
    const refund = await plain.start("refunds", PLAIN);
    await plain.host.advance({ hours: 71 });
    await refund.raise("decided", decision);
    expect((await refund.status()).output).toBe(output);
    expect(plain.outside.bank.entries).toEqual(entries);
  });

  test("goes to the second approver after the first deadline, and expires after the second one", async () => {
    await using plain = await startPlainApp();
    const startedAt = plain.host.clock.now();
    const refund = await (await plain.start("refunds", PLAIN)).completion();
    expect(refund.output).toBe("expired");
    expect(plain.host.clock.now() - startedAt).toBe(2 * 72 * 3_600_000);
    expect(plain.outside.outbox.mails).toEqual([`${APPROVER}: 5999 cents?`, `${SECOND}: 5999 cents?`]);
  });
});

describe("a decision on the fourth of ten days", () => {
  test("fails the plain refund as non-deterministic", async () => {
    // As on Azure; a strict host would report the cause and the remedy.
    await using plain = await startPlainApp({ settings: { strict: false } });
    const refund = await plain.start("refunds", { ...PLAIN, hours: 240 });
    await plain.host.advance({ days: 4 });
    await refund.raise("decided", "approve");
    const { runtimeStatus, output } = await refund.completion();
    expect(runtimeStatus).toBe("Failed");
    expect(output).toContain("Non-Deterministic workflow detected");
  });

  test("approves our refund", async () => {
    const { orderId, instance } = await startOurs("P10D");
    await host.advance({ days: 4 });
    await refunds.decide(await refunds.linkTo(APPROVER, instance.id), "approve");
    expect((await instance.completion()).output).toMatchObject({ kind: "approved" });
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });
});

describe("a decision of the second approver before the process waits for it", () => {
  test("goes to the waiter of the first approver: the plain refund expires", async () => {
    await using plain = await startPlainApp();
    const refund = await plain.start("refunds", PLAIN);
    await plain.host.settle();
    // The mail is sent, but its result is lost: the next attempt is after five seconds.
    plain.host.activity("askForDecision").failAfterRunning(1);
    await plain.host.advance({ hours: 72, seconds: 1 });
    expect(plain.outside.outbox.mails).toHaveLength(2);
    await refund.raise("decided", "approve");
    expect((await refund.completion()).output).toBe("expired");
    expect(plain.outside.bank.entries).toEqual([]);
  });

  test("is accepted by our refund", async () => {
    const { orderId, instance } = await startOurs("PT72H");
    host.activity("askForDecision").failAfterRunning(1);
    // Deadlines are whole seconds; the next attempt is after one second.
    await host.advance({ hours: 72, milliseconds: 1_500 });
    const answer = refunds.decide(await refunds.linkTo(SECOND, instance.id), "approve");
    const history = async () => JSON.stringify(await host.hub.history(instance.id));
    await expect.poll(history).toContain("escalationDecided");
    expect((await instance.completion()).output).toMatchObject({ kind: "approved", decidedBy: SECOND });
    expect((await answer).status).toBe(200);
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  });
});

describe("the response to a request for a refund", () => {
  test("allows the plain caller to approve the refund", async () => {
    await using plain = await startPlainApp();
    const response = await plain.post("refunds", PLAIN);
    const { id = "", sendEventPostUri = "" } = (await response.json()) as Record<string, string>;
    await plain.host.settle();
    const headers = { "content-type": "application/json" };
    const address = sendEventPostUri.replace("{eventName}", "decided");
    await fetch(address, { method: "POST", headers, body: JSON.stringify("approve") });
    expect((await plain.host.instance(id).status()).output).toBe("approved");
  });

  test("does not allow our caller to do so: the decision needs the link that is mailed to the approver", async () => {
    const response = await refunds.post(aRefund({ orderId: await refunds.soldOrder() }));
    const text = JSON.stringify([await response.json(), [...response.headers]]);
    expect(text).not.toMatch(/token|raiseEvent|code=/);
    const { id } = JSON.parse(text)[0] as { id: string };
    const forged = `${host.url}/api/refunds/${id}/decision?token=1.2.3`;
    expect((await refunds.decide(forged, "approve")).status).toBe(403);
  });
});
