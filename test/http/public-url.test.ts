import { afterAll, beforeAll, expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { landscape } from "../openapi/photo.ts";
import { type Shop, startShop } from "../support/shop.ts";

const PUBLIC = "https://prints.example/shop";
const NOVEMBER = { from: "2026-11-01", to: "2026-11-30", groupBy: "day" };
let shop: Shop;

beforeAll(async () => {
  process.env["SHOP_PUBLIC_URL"] = `${PUBLIC}/`;
  shop = await startShop();
});
afterAll(async () => {
  delete process.env["SHOP_PUBLIC_URL"];
  await shop?.host.stop();
});

const post = (path: string, body: object) =>
  shop.host.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const textOf = async (path: string) => (await shop.host.fetch(path)).text();

/** The origins of all URLs in a text. */
const basesIn = (text: string) => [
  ...new Set([...text.matchAll(/(https?:\/\/[^"]*?)(\/api\/|")/g)].map(([, base]) => base)),
];

/** Starts a process, waits for its end, and returns its id. */
async function done(path: string, body: object): Promise<string> {
  const response = await post(path, body);
  const text = await response.text();
  const { id, links } = JSON.parse(text) as { id: string; links: { self: string } };
  expect(basesIn(text)).toEqual([PUBLIC]);
  expect(response.headers.get("location")).toBe(links.self);
  await shop.host.instance(id).completion();
  return id;
}

test("behind a proxy every URL points to the proxy, in headers, links, results and manifests", async () => {
  const order = await done("/api/orders", anOrder());
  const report = await done("/api/reports", NOVEMBER);
  const photo = { method: "PUT", headers: { "content-type": "image/png" }, body: await landscape() };
  await shop.host.fetch("/api/albums/public/photos/one.png", photo);
  const rendering = await done("/api/albums/public/renditions", { widths: [64], format: "webp" });
  for (const path of [
    `/api/orders/${order}`,
    `/api/reports/${report}`,
    `/api/renditions/${rendering}`,
    `/api/renditions/${rendering}/files/manifest.json`,
    `/api/instances/${order}`,
    "/api/instances",
  ]) {
    expect(basesIn(await textOf(path)), path).toEqual([PUBLIC]);
  }
});
