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
/** Enough for the maximum number of lanes of an album. */
const PHOTOS = 40;

test("an order does not wait for three albums that render eight photos each", async () => {
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
