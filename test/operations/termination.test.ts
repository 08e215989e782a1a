import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { laneId } from "../../src/patterns/image-fan-out/lanes/lane.contract.ts";
import { Albums } from "../patterns/image-fan-out/albums.ts";
import { Imports } from "../patterns/price-import/imports.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;
let albums: Albums;

beforeAll(async () => {
  shop = await startShop();
  albums = new Albums(shop.host);
  const names = Array.from({ length: 40 }, (_, index) => `p${index}.jpg`);
  await Promise.all(names.map((name) => albums.put("family", name, "x")));
});
afterAll(() => shop.host.stop());

const hold = (activity: string, calls: number) =>
  Array.from({ length: calls }, () => shop.host.activity(activity).nextCall());
const terminate = (id: string) => shop.host.fetch(`/api/instances/${id}/terminate`, { method: "POST" });
/** Statuses of an instance and all its parts, by id. */
const statuses = async (id: string) =>
  (await shop.host.hub.list({ instanceIdPrefix: id })).items.map(({ runtimeStatus }) => runtimeStatus);
const all = (status: string, count: number) => Array.from({ length: count }, () => status);

/** An album whose four lanes render two photos each. */
async function heldAlbum() {
  const calls = hold("renderPhoto", 8);
  const id = await albums.start("family", { widths: [16], format: "webp" });
  return { id, calls: await Promise.all(calls) };
}

beforeEach(() => {
  shop.host.activity("renderPhoto").calls.length = 0;
});

test("terminating an album terminates its lanes, and no more photos are rendered", async () => {
  const { id, calls } = await heldAlbum();
  expect((await terminate(id)).status).toBe(202);
  expect(await statuses(id)).toEqual(all("Terminated", 5));
  for (const call of calls) call.release();
  await shop.host.settle();
  expect(shop.host.activity("renderPhoto").calls).toHaveLength(8);
  expect((await terminate(id)).status).toBe(409);
});

test("terminating a price import terminates its pages and their lines", async () => {
  const imports = new Imports(shop);
  const calls = hold("setPrice", 3);
  await imports.bring("family", ["flaky-1-a,1,EUR", "flaky-1-b,1,EUR", "flaky-1-c,1,EUR"]);
  const id = await imports.start("family", { onError: "retry" });
  const held = await Promise.all(calls);
  expect(await statuses(id)).toEqual(all("Running", 5));
  expect((await terminate(id)).status).toBe(202);
  expect(await statuses(id)).toEqual(all("Terminated", 5));
  for (const call of held) call.release();
});

test("a single part cannot be terminated: the response names its process", async () => {
  const { id, calls } = await heldAlbum();
  const response = await terminate(laneId(id, 1));
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining(id) });
  for (const call of calls) call.release();
  expect(await shop.host.instance(id).completion()).toMatchObject({ runtimeStatus: "Completed" });
});

test("a second termination ends the remaining parts after an external termination", async () => {
  const { id, calls } = await heldAlbum();
  await shop.host.hub.terminate(id, "by the extension's own API");
  await expect.poll(() => statuses(id)).toContain("Terminated");
  expect(await statuses(id)).toEqual(["Terminated", ...all("Running", 4)]);
  expect((await terminate(id)).status).toBe(202);
  expect(await statuses(id)).toEqual(all("Terminated", 5));
  for (const call of calls) call.release();
});
