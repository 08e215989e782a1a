import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "../order-chaining/order-samples.ts";
import { Orders } from "../order-chaining/orders.ts";

test(
  "an order counts once, although the host dies after any one of its commits",
  { timeout: 60_000 },
  async () => {
    const { host, storage } = await startShop({ store: "file" });
    await using _ = host;
    const orders = new Orders(host.url, storage);
    let hasDied = true;
    let placed = 0;
    for (let commits = 0; hasDied; commits++) {
      const id = await orders.place(anOrder());
      placed += 1;
      host.crashAfterCommits(commits);
      hasDied = await ended(id).then(
        () => false,
        () => true,
      );
      await host.restart();
      await ended(id);
      const response = await host.fetch("/api/sales/mug-300");
      expect(await response.json(), `host died after ${commits} commits`).toMatchObject({
        orders: placed,
        units: 3 * placed,
        revenue: { value: 3 * placed * 1099, currency: "EUR" },
      });
    }
    expect(placed).toBeGreaterThan(10);

    async function ended(id: string) {
      await host.instance(id).completion();
      await host.settle();
    }
  },
);
