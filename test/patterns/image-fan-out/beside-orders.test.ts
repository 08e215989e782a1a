import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shop, startShop } from "../../support/shop.ts";
import { anOrder } from "../order-chaining/order-samples.ts";
import { Orders } from "../order-chaining/orders.ts";
import { Albums } from "./albums.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.host.stop());

const ALBUMS = ["one", "two", "three"];
/** Enough for every lane that an album may have. */
const PHOTOS = 40;

test("three albums render eight photos each, and an order does not wait for any", async () => {
  const { host, storage } = shop;
  const albums = new Albums(host);
  const render = host.activity("renderPhoto");
  // They are never released, so a photo that is being rendered stays in that state.
  for (let photo = 0; photo < ALBUMS.length * PHOTOS; photo++) void render.nextCall();
  for (const album of ALBUMS) {
    const names = Array.from({ length: PHOTOS }, (_, index) => `p${index}.jpg`);
    await Promise.all(names.map((name) => albums.put(album, name, "x")));
    await albums.start(album, { widths: [16], format: "webp" });
  }
  await host.settle();
  expect(render.calls).toHaveLength(8 * ALBUMS.length);

  const orders = new Orders(host.url, storage);
  const order = await orders.place(anOrder());
  expect(await host.instance(order).completion()).toMatchObject({ runtimeStatus: "Completed" });
  expect(render.calls).toHaveLength(8 * ALBUMS.length);
});
