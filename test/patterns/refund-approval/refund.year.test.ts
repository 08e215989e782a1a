import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { APPROVER, aRefund, Refunds, SECOND } from "./refunds.ts";

let host: TestHost;
let refunds: Refunds;

beforeAll(async () => {
  process.env["SHOP_DECISION_KEY"] = "only-for-tests-only-for-tests-only-for-tests";
  // These runs of a year take longer than all other tests here.
  process.env["AzureWebJobs.purgeFinishedInstances.Disabled"] = "true";
  const { host: started, storage } = await startShop({ startAt: new Date() });
  host = started;
  refunds = new Refunds(host.url, storage);
});
afterAll(() => host?.stop());

/** A refund that waits for its first approver. */
async function yearLong(): Promise<{ id: string; link: string }> {
  const orderId = await refunds.soldOrder();
  const id = await refunds.start(aRefund({ orderId, deadline: "P365D" }));
  await host.settle();
  return { id, link: await refunds.linkTo(APPROVER, id) };
}

async function result(id: string) {
  await host.instance(id).completion();
  return (await refunds.find(id)).result;
}

// Many due times, with real storage for the steps.
describe("a refund with a year to decide", { timeout: 120_000 }, () => {
  /** Time moves until then; these events are not decisions, or belong to a round that has not started. */
  async function disturbedWhen(
    id: string,
    part: { remindersSent?: number; escalated?: boolean },
  ): Promise<void> {
    await host
      .instance(id)
      .waitUntil(({ customStatus }) =>
        Object.entries(part).every(
          ([name, value]) => (customStatus as Record<string, unknown>)?.[name] === value,
        ),
      );
    for (let i = 0; i < 3; i++) {
      await host.hub.raiseEvent(id, "refundDecided", JSON.stringify({ choice: "perhaps" }));
      await host.settle();
    }
  }

  test("accepts the first approver's decision after eight months, after any earlier events", async () => {
    const { id, link } = await yearLong();
    await disturbedWhen(id, { remindersSent: 1 });
    await disturbedWhen(id, { remindersSent: 2 });
    expect((await refunds.find(id)).progress).toMatchObject({ waitingFor: APPROVER, escalated: false });
    expect((await refunds.decide(link, "approve")).status).toBe(200);
    expect(await result(id)).toMatchObject({ kind: "approved", decidedBy: APPROVER });
  });

  test("then has a second approver, and ends after another third of a year", async () => {
    const start = host.clock.now();
    const days = () => (host.clock.now() - start) / 86_400_000;
    const [{ id }, { id: undecided }] = [await yearLong(), await yearLong()];
    await disturbedWhen(id, { remindersSent: 2 });
    await disturbedWhen(id, { escalated: true });
    expect(days()).toBeCloseTo(365, 2);
    await host.settle();
    expect((await refunds.decide(await refunds.linkTo(SECOND, id), "reject")).status).toBe(200);
    expect(await result(id)).toEqual({ kind: "rejected", decidedBy: SECOND });
    expect(await result(undecided)).toEqual({ kind: "expired", decidedBy: "deadline" });
    expect(days()).toBeCloseTo(365 + 365 / 3, 2);
  });
});
