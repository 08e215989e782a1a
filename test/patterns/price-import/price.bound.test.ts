import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "../order-chaining/order-samples.ts";
import { Orders } from "../order-chaining/orders.ts";
import { Imports } from "./imports.ts";

const PAGES = 20;
const DIFFICULT_LINES = 30;

test("an import with only individual lines runs twenty at a time, and an order is not delayed", async () => {
  const shop = await startShop();
  await using host = shop.host;
  const imports = new Imports(shop);
  const lines = Array.from({ length: DIFFICULT_LINES }, (_, index) => ({
    line: index + 2,
    sku: `flaky-1-${index}`,
    price: { value: 100, currency: "EUR" },
  }));
  const split = { kind: "split", pages: PAGES, total: PAGES * DIFFICULT_LINES, invalid: 0, repeated: 0 };
  host.activity("splitPriceList").replaceWith(() => split);
  host.activity("applyPage").replaceWith(() => ({ applied: 0, singles: DIFFICULT_LINES }));
  host.activity("readSingles").replaceWith(({ page, from, count }: Record<string, number>) => {
    const own = lines.map((line) => ({ ...line, line: line.line + (page ?? 0) * DIFFICULT_LINES }));
    return { lines: own.slice(from, (from ?? 0) + (count ?? 0)), more: true };
  });
  // The supplier does not respond, so a running line stays in that state.
  const setPrice = host.activity("setPrice");
  for (let call = 0; call < PAGES * DIFFICULT_LINES; call++) void setPrice.nextCall();
  await imports.bring("bound", ["m-1,1,EUR"]);
  await imports.start("bound", { onError: "retry" });
  await host.settle();
  expect(setPrice.calls).toHaveLength(20);

  const order = await new Orders(host.url, shop.storage).place(anOrder());
  await host.settle();
  expect(await host.hub.get(order)).toMatchObject({ runtimeStatus: "Completed" });
});

test("a rollback of a long list has short histories", async () => {
  const shop = await startShop();
  await using host = shop.host;
  const imports = new Imports(shop);
  const split = { kind: "split", pages: 46, total: 46, invalid: 0, repeated: 0 };
  host.activity("splitPriceList").replaceWith(() => split);
  host.activity("applyPage").replaceWith(({ page }: { readonly page: number }) => {
    if (page === 45) throw new Error("The supplier has closed");
    return { applied: 1, singles: 0 };
  });
  const perExecution: number[] = [];
  host.activity("withdrawPage").replaceWith(async ({ importId }: { readonly importId: string }) => {
    const events = await host.hub.history(importId);
    perExecution.push(events.filter((event) => "Name" in event && event.Name === "withdrawPage").length);
  });
  const { status } = await imports.run("rollback", ["r-1,1,EUR"], { onError: "fail" });
  expect(status).toBe("failed");
  expect(perExecution).toHaveLength(46);
  expect(Math.max(...perExecution)).toBe(20);
});
