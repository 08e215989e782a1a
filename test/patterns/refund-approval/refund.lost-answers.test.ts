import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { APPROVER, aRefund, Refunds } from "./refunds.ts";

const STEPS = ["checkLimit", "askForDecision", "remindApprover", "giveMoneyBack"];

let host: TestHost;
let refunds: Refunds;

beforeAll(async () => {
  const shop = await startShop({ startAt: new Date() });
  host = shop.host;
  refunds = new Refunds(host.url, shop.storage);
});
afterEach(() => {
  for (const step of STEPS) host.activity(step).restore();
});
afterAll(() => host?.stop());

/** Returns when the approval is recorded: its answer comes later, when the refund has ended. */
async function approve(id: string): Promise<{ answer: Promise<Response> }> {
  const answer = refunds.decide(await refunds.linkTo(APPROVER, id), "approve");
  await expect.poll(async () => (await refunds.find(id)).progress.waitingFor).toBeNull();
  return { answer };
}

/** A refund that is approved after its first reminder if no step fails before, and its effects. */
async function approvedAfterReminder() {
  const orderId = await refunds.soldOrder();
  const toldBefore = await refunds.toldTotals();
  const id = await refunds.start(aRefund({ orderId }));
  await host.advance({ hours: 30 });
  const { status } = await refunds.find(id);
  const approved = status === "running" ? await approve(id) : undefined;
  await host.instance(id).completion();
  await approved?.answer;
  await host.settle();
  const left = {
    mails: await refunds.mailsOf(id),
    givenBack: await refunds.givenBack(orderId),
    journal: await refunds.recorded(orderId),
    told: (await refunds.toldTotals()) - toldBefore,
  };
  return { refund: await refunds.find(id), left };
}

const MAILS = ["askForDecision-1", "remindApprover-1-1"];
const NOTHING = { mails: [], givenBack: [], journal: 0, told: 0 };

describe("a step whose result is lost", () => {
  test.each(STEPS)("once (%s) is repeated without a second effect", async (step) => {
    host.activity(step).failAfterRunning(1);
    const { refund, left } = await approvedAfterReminder();
    expect(refund.result).toMatchObject({ kind: "approved", decidedBy: APPROVER });
    expect(left).toEqual({ mails: MAILS, givenBack: [5999], journal: 5999, told: 5999 });
  });

  test.each([
    ["checkLimit", NOTHING],
    ["askForDecision", { ...NOTHING, mails: MAILS.slice(0, 1) }],
    ["remindApprover", { ...NOTHING, mails: MAILS }],
    // The totals receive the refund when it is restarted.
    ["giveMoneyBack", { mails: MAILS, givenBack: [5999], journal: 5999, told: 0 }],
  ])("always (%s) has its effect once, and then the refund fails", async (step, expected) => {
    const { calls } = host.activity(step).failAfterRunning();
    const callsBefore = calls.length;
    const { refund, left } = await approvedAfterReminder();
    expect(refund.status).toBe("failed");
    expect(calls.length - callsBefore).toBe(20);
    expect(left).toEqual(expected);
  });

  test("always (giveMoneyBack) is repaired by a restart: the totals receive the refund, and no approver is asked again", async () => {
    const toldBefore = await refunds.toldTotals();
    host.activity("giveMoneyBack").failAfterRunning();
    const { refund } = await approvedAfterReminder();
    expect(refund.status).toBe("failed");
    host.activity("giveMoneyBack").restore();
    await fetch(`${host.url}/api/instances/${refund.id}/restart`, { method: "POST" });
    await host.instance(refund.id).completion();
    await host.settle();
    const { result } = await refunds.find(refund.id);
    expect(result).toMatchObject({ kind: "approved", decidedBy: APPROVER });
    expect((await refunds.toldTotals()) - toldBefore).toBe(5999);
    expect(await refunds.mailsOf(refund.id)).toEqual(MAILS);
  });
});
