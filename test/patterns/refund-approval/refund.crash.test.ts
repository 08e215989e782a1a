import { afterAll, beforeAll, expect, test } from "vitest";
import { EventType } from "durable-local-host";
import type { TestHost } from "durable-local-host/testing";
import type { Storage } from "../../../src/storage/storage.ts";
import { startShop } from "../../support/shop.ts";
import { APPROVER, aRefund, Refunds } from "./refunds.ts";

let host: TestHost;
let storage: Storage;
let refunds: Refunds;

beforeAll(async () => {
  ({ host, storage } = await startShop({ store: "file", startAt: new Date() }));
  refunds = new Refunds(host.url, storage);
});
afterAll(() => host?.stop());

const diesBefore = (work: Promise<unknown>) =>
  work.then(
    () => false,
    () => true,
  );

test("no approver is asked twice and nothing is lost, although the host dies after any one of its commits", async () => {
  let hasDied = true;
  let commits = 0;
  for (; hasDied; commits++) {
    const orderId = await refunds.soldOrder();
    const id = await refunds.start(aRefund({ orderId }));
    hasDied = await host.completeThroughDeath(id, commits);
    expect((await refunds.find(id)).result).toEqual({ kind: "expired", decidedBy: "deadline" });
    expect(await refunds.mailsOf(id)).toEqual([
      "askForDecision-1",
      "remindApprover-1-1",
      "remindApprover-1-2",
      "askForDecision-2",
    ]);
  }
  expect(commits).toBeGreaterThan(8);
}, 60_000);

test("an approval gives the money back once, although the host dies after any one of its commits", async () => {
  const isRecorded: boolean[] = [];
  for (let hasDied = true, commits = 0; hasDied; commits++) {
    const orderId = await refunds.soldOrder();
    const id = await refunds.start(aRefund({ orderId }));
    await host.settle();
    const link = await refunds.linkTo(APPROVER, id);
    host.crashAfterCommits(commits);
    // The response may be lost with the host; an approver without a response opens the link again.
    const answered = await refunds.decide(link, "approve").then(
      ({ status }) => status,
      () => undefined,
    );
    hasDied = await diesBefore(host.instance(id).completion());
    await host.restart();
    await host.settle();
    const history = await host.hub.history(id);
    const recorded = history.some(
      (event) => event.EventType === EventType.EventRaised && event.Name === "refundDecided",
    );
    isRecorded.push(recorded);
    // An acknowledged decision is not lost. A decision that was not recorded can be made again, and counts once.
    expect({ acknowledged: answered === 200, recorded }).not.toEqual({ acknowledged: true, recorded: false });
    expect((await refunds.decide(link, "approve")).status).toBe(recorded ? 409 : 200);
    await host.instance(id).completion();
    expect((await refunds.find(id)).result).toMatchObject({ kind: "approved", decidedBy: APPROVER });
    expect(await refunds.givenBack(orderId)).toEqual([5999]);
  }
  expect(new Set(isRecorded), "the host died before the decision was recorded, and after").toEqual(
    new Set([false, true]),
  );
}, 60_000);
