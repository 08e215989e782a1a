import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { Watches } from "./watches.ts";

test(
  "a watch ends as delivered with each piece of news mailed once, although the host dies after any one of its commits",
  { timeout: 60_000 },
  async () => {
    const shop = await startShop({ store: "file" });
    const { host } = shop;
    await using _ = host;
    const watches = new Watches(shop);
    let hasDied = true;
    let rounds = 0;
    for (let commits = 0; hasDied; commits++) {
      const parcel = await watches.parcelTo("10115");
      const watch = await watches.start(parcel, { minInterval: "PT1M" });
      hasDied = await host.completeThroughDeath(watch.id, commits);
      expect((await watches.find(parcel)).result, `host died after ${commits} commits`).toMatchObject({
        kind: "delivered",
        checks: 5,
      });
      const news = ["is announced", "is on its way", "comes today", "has been delivered"];
      expect(await watches.newsOf(parcel)).toEqual(news);
      rounds += 1;
    }
    expect(rounds).toBeGreaterThan(10);
  },
);
