import { afterAll, expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { APPROVER, aRefund, Refunds } from "./refunds.ts";

afterAll(() => {
  delete process.env["SHOP_PUBLIC_URL"];
});

test("a decision link has the public URL with its path, for any Host of the request", async () => {
  process.env["SHOP_PUBLIC_URL"] = "https://shop.example/prints";
  const { host, storage } = await startShop({ startAt: new Date() });
  await using _ = host;
  const refunds = new Refunds(host.url, storage);
  const id = await refunds.start(aRefund({ orderId: await refunds.soldOrder() }));
  await host.settle();
  const { origin, pathname } = new URL(await refunds.linkTo(APPROVER, id));
  expect(origin + pathname).toBe(`https://shop.example/prints/api/refunds/${id}/decision`);
});
