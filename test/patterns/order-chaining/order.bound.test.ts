import { setImmediate } from "node:timers/promises";
import { createLocalHost } from "durable-local-host";
import { expect, onTestFinished, test } from "vitest";
import { WrappedRunner } from "../../../packages/local-host/test/support/wrapped-runner.ts";
import { ROOT } from "../../../tools/run.ts";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "./order-samples.ts";
import { Orders } from "./orders.ts";

/** What a host of the app runs at a time, by host.json. */

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

/** Orchestrators that do not begin before the test says so. */
class HeldOrchestrators extends WrappedRunner {
  readonly go = Promise.withResolvers<undefined>();
  called = 0;

  override async run(...call: Parameters<WrappedRunner["run"]>) {
    if (call[0] === "orchestrator") {
      this.called += 1;
      await this.go.promise;
    }
    return super.run(...call);
  }
}

test("twenty orchestrators run at a time, and the others wait", async () => {
  let runner: HeldOrchestrators | undefined;
  const host = await createLocalHost({
    app: ROOT,
    port: 0,
    wrapRunner: (inner) => (runner = new HeldOrchestrators(inner)),
  });
  onTestFinished(() => host.stop());
  await host.start();
  // Without an order: each fails at once.
  const starts = Array.from({ length: 30 }, () => host.hub.start({ name: "orderFulfilment", input: "{}" }));
  const ids = await Promise.all(starts);
  await expect.poll(() => runner?.called).toBe(20);
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  expect(runner?.called).toBe(20);
  runner?.go.resolve(undefined);
  for (const id of ids) await host.engine.waitForCompletion(id);
  expect(runner?.called).toBe(30);
});
