import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { Watches } from "./watches.ts";

const JOURNEYS = [
  ["10115", "delivered"],
  ["00011", "lost"],
  ["00012", "returned"],
  ["00013", "overdue"],
] as const;
const PACE = { minInterval: "PT1M", maxInterval: "PT5M", deadline: "PT30M" };

test("200 simultaneous watches all end, and none is lost", { timeout: 180_000 }, async () => {
  const shop = await startShop();
  await using host = shop.host;
  const watches = new Watches(shop);
  const journeys = Array.from({ length: 200 }, (_, index) => JOURNEYS[index % 4] ?? JOURNEYS[0]);
  const parcels = await Promise.all(journeys.map(([postalCode]) => watches.parcelTo(postalCode)));
  await Promise.all(parcels.map((parcel) => watches.start(parcel, PACE)));
  for (const [index, parcel] of parcels.entries()) {
    await watches.instance(parcel).completion();
    expect((await watches.find(parcel)).result?.kind).toBe(journeys[index]?.[1]);
  }
  expect((await host.hub.list({ runtimeStatus: ["Pending", "Running"] })).items).toEqual([]);
  for (const parcel of parcels) {
    const news = await watches.newsOf(parcel);
    expect(new Set(news).size).toBe(news.length);
  }
});
