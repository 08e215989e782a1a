import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shop, startShop } from "../../support/shop.ts";
import { APPROVER, aRefund, Refunds } from "./refunds.ts";

let shop: Shop;
let refunds: Refunds;

beforeAll(async () => {
  process.env["SHOP_DECISION_KEY"] = "only-for-tests-only-for-tests-only-for-tests";
  shop = await startShop({ startAt: new Date() });
  refunds = new Refunds(shop.host.url, shop.storage);
});
afterAll(() => shop?.host.stop());

/** Below the limit: version 2.0 approves it automatically, version 1.0 asked an approver about every refund. */
const small = (orderId: string) => aRefund({ orderId, amount: { value: 500, currency: "EUR" } });

/** The state before the deployment of 2.0: started by 1.0, and waiting. */
async function startedBy1(orderId: string): Promise<string> {
  const instanceId = `refund-${randomUUID().replaceAll("-", "")}`;
  const input = JSON.stringify({ ...small(orderId), origin: shop.host.url });
  await shop.host.hub.start({ name: "refundApproval", instanceId, input, version: "1.0" });
  await shop.host.settle();
  return instanceId;
}

test("a refund of version 1.0 continues unchanged, next to those of 2.0", async () => {
  const [oldOrder, newOrder] = [await refunds.soldOrder(), await refunds.soldOrder()];
  const old = await startedBy1(oldOrder);
  expect(await refunds.find(old)).toMatchObject({ status: "running", progress: { waitingFor: APPROVER } });

  const current = await refunds.start(small(newOrder));
  await shop.host.instance(current).completion();
  expect(await refunds.find(current)).toMatchObject({ result: { kind: "autoApproved" } });

  await refunds.decide(await refunds.linkTo(APPROVER, old), "approve");
  await shop.host.instance(old).completion();
  expect(await refunds.find(old)).toMatchObject({ result: { kind: "approved", decidedBy: APPROVER } });
  expect(await refunds.givenBack(oldOrder)).toEqual([500]);
});

test("operators see the version of an instance", async () => {
  const old = await startedBy1(await refunds.soldOrder());
  const current = await refunds.start(small(await refunds.soldOrder()));
  await shop.host.settle();
  const versionOf = async (id: string) =>
    ((await (await shop.host.fetch(`/api/instances/${id}`)).json()) as { version?: string }).version;
  expect([await versionOf(old), await versionOf(current)]).toEqual(["1.0", "2.0"]);
});
