import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "./order-samples.ts";
import { Orders } from "./orders.ts";

test("thirty-two steps run at a time, and the others wait", async () => {
  const shop = await startShop();
  await using host = shop.host;
  const orders = new Orders(host.url, shop.storage);
  const price = host.activity("priceOrder");
  const held = Array.from({ length: 40 }, () => price.nextCall());
  const ids = await Promise.all(held.map(() => orders.place(anOrder())));
  await expect.poll(() => price.calls.length).toBe(32);
  await host.settle();
  expect(price.calls).toHaveLength(32);
  for (const call of held) void call.then((step) => step.release());
  for (const id of ids) expect((await host.instance(id).completion()).runtimeStatus).toBe("Completed");
  expect(price.calls).toHaveLength(40);
});
