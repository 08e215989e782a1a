import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { ApiContract } from "../support/api-contract.ts";
import { Mailbox } from "../../tools/traffic/mailbox.ts";
import { type Shop, startShop } from "../support/shop.ts";
import { landscape } from "./photo.ts";

let shop: Shop;
let contract: ApiContract;

beforeAll(async () => {
  shop = await startShop({ startAt: new Date() });
  contract = await ApiContract.of(shop.host.url);
});
afterAll(() => shop?.host.stop());

interface Call {
  readonly json?: unknown;
  readonly body?: RequestInit["body"];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the app, and compares the response with the document. */
async function call(method: string, path: string, { json, body, headers }: Call = {}) {
  const response = await shop.host.fetch(path, {
    method,
    headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
    ...(json === undefined ? body && { body } : { body: JSON.stringify(json) }),
  });
  const faults = await contract.faults(method, path, response);
  if (faults.length > 0) throw new Error(`${method} ${path} → ${response.status}: ${faults.join("; ")}`);
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? await response.json() : {}) as Readonly<Record<string, unknown>>,
  };
}

/** Starts a process, and reads it while it runs and when it has ended. */
async function start(path: string, json: unknown) {
  const { status, body } = await call("POST", path, { json });
  expect(status).toBe(202);
  const { id, links } = body as { id: string; links: { self: string } };
  const self = new URL(links.self).pathname;
  await call("GET", self);
  return {
    id,
    self,
    async ended() {
      await shop.host.instance(id).completion();
      await shop.host.settle();
      return (await call("GET", self)).body;
    },
  };
}

describe("responses match the document:", () => {
  test("orders", async () => {
    await call("GET", "/api/catalog");
    const good = await start("/api/orders", anOrder());
    expect(await good.ended()).toMatchObject({ result: { kind: "confirmed" } });
    for (const change of [{ token: "tok_declined" }, { token: "tok_down" }, { postalCode: "00000" }]) {
      await (await start("/api/orders", anOrder(change))).ended();
    }
    expect((await call("POST", "/api/orders", { json: { lines: [] } })).status).toBe(400);
    expect((await call("POST", "/api/orders", { body: "x" })).status).toBe(415);
    expect((await call("POST", "/api/orders", { json: "x".repeat(300_000) })).status).toBe(413);
    const once = { headers: { "idempotency-key": "answers" } };
    await call("POST", "/api/orders", { json: anOrder(), ...once });
    expect((await call("POST", "/api/orders", { json: anOrder({ token: "tok_x" }), ...once })).status).toBe(
      422,
    );
    expect((await call("GET", "/api/orders/nobody")).status).toBe(404);
  });

  test("albums and renditions", async () => {
    const album = "/api/albums/answers";
    const photo = { headers: { "content-type": "image/png" }, body: await landscape() };
    expect((await call("PUT", `${album}/photos/one.png`, photo)).status).toBe(201);
    expect((await call("PUT", `${album}/photos/one.png`, photo)).status).toBe(200);
    expect((await call("PUT", `${album}/photos/two.txt`, { body: "x" })).status).toBe(415);
    const broken = { headers: { "content-type": "image/png" }, body: "no picture" };
    await call("PUT", `${album}/photos/broken.png`, broken);
    await call("GET", album);
    const rendering = await start(`${album}/renditions`, { widths: [64], format: "webp" });
    expect(await rendering.ended()).toMatchObject({ result: { kind: "rendered" } });
    const files = `${rendering.self}/files`;
    const { headers } = await call("GET", `${files}/manifest.json`);
    const known = { "if-none-match": headers.get("etag") ?? "" };
    expect((await call("GET", `${files}/manifest.json`, { headers: known })).status).toBe(304);
    const other = { "if-match": '"other"' };
    expect((await call("GET", `${files}/manifest.json`, { headers: other })).status).toBe(412);
    const part = await call("GET", `${files}/contact-sheet.jpg`, { headers: { range: "bytes=0-9" } });
    expect(part.status).toBe(206);
    const beyond = await call("GET", `${files}/contact-sheet.jpg`, { headers: { range: "bytes=99999999-" } });
    expect(beyond.status).toBe(416);
    expect((await call("DELETE", album)).status).toBe(204);
    expect((await call("GET", album)).status).toBe(404);
  });

  test("reports", async () => {
    const request = { from: "2026-11-01", to: "2026-11-24", groupBy: "sku" };
    const report = await start("/api/reports", request);
    await report.ended();
    expect((await call("GET", `${report.self}/file`)).status).toBe(200);
    const waited = await call("POST", "/api/reports", { json: request, headers: { prefer: "wait=10" } });
    expect(waited.status).toBe(200);
    expect((await call("DELETE", report.self)).status).toBe(204);
    expect((await call("POST", "/api/reports", { json: { ...request, to: "2020-01-01" } })).status).toBe(400);
  });

  test("refunds", async () => {
    const order = await start("/api/orders", anOrder());
    await order.ended();
    const refund = {
      orderId: order.id,
      amount: { value: 100, currency: "EUR" },
      reason: "Torn",
      approver: "approver@example.com",
      escalateTo: "second@example.com",
    };
    expect(await (await start("/api/refunds", refund)).ended()).toMatchObject({
      result: { kind: "autoApproved" },
    });
    const large = await start("/api/refunds", { ...refund, amount: { value: 5500, currency: "EUR" } });
    await shop.host.settle();
    await call("GET", large.self);
    const [mail] = await new Mailbox(shop.storage).mails(large.id);
    const link = new URL(/https?:\S+token=\S+/.exec(mail?.text ?? "")?.[0] ?? "");
    const page = `${link.pathname}${link.search}`;
    expect((await call("GET", page)).status).toBe(200);
    const form = {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "decision=reject",
    };
    expect((await call("POST", page, form)).status).toBe(200);
    expect((await call("POST", page, form)).status).toBe(409);
    expect((await call("GET", `${link.pathname}?token=forged`)).status).toBe(403);
    expect(await large.ended()).toMatchObject({ result: { kind: "rejected" } });
  });

  test("shipments", async () => {
    const order = await start("/api/orders", anOrder());
    const { result } = (await order.ended()) as { result?: { trackingNumber?: string } };
    const parcel = `/api/shipments/${result?.trackingNumber}`;
    const watch = { notify: "customer@example.com" };
    expect((await call("POST", `${parcel}/watch`, { json: watch })).status).toBe(202);
    await shop.host.settle();
    expect((await call("POST", `${parcel}/watch`, { json: watch })).status).toBe(200);
    await call("GET", parcel);
    expect((await call("DELETE", parcel)).status).toBe(202);
    await shop.host.settle();
    await call("GET", parcel);
    expect((await call("DELETE", parcel)).status).toBe(204);
    expect((await call("GET", "/api/shipments/NOBODYKNOWSIT")).status).toBe(404);
  });

  test("price imports", async () => {
    const csv = {
      headers: { "content-type": "text/csv" },
      body: "sku,price,currency\nmug-300,1099,EUR\nmug-300,x,EUR\nprint-10x15,-1,EUR\n",
    };
    const list = "/api/price-lists/answers";
    expect((await call("PUT", list, csv)).status).toBe(201);
    expect((await call("PUT", list, csv)).status).toBe(200);
    const skipped = await start(`${list}/import`, { onError: "skip" });
    expect(await skipped.ended()).toMatchObject({ result: { kind: "imported" } });
    await call("GET", `${skipped.self}/dead-letters`);
    await call("GET", "/api/prices/mug-300");
    expect((await call("GET", "/api/prices/nothing")).status).toBe(404);
    const all = await start(`${list}/import`, { onError: "fail" });
    expect(await all.ended()).toMatchObject({ result: { kind: "rolledBack" } });
    expect((await call("POST", "/api/price-lists/nobody/import", { json: { onError: "skip" } })).status).toBe(
      404,
    );
  });

  test("sales", async () => {
    await (await start("/api/orders", anOrder())).ended();
    await call("GET", "/api/sales");
    await call("GET", "/api/sales/mug-300");
    await call("GET", "/api/sales/canvas-60x80");
    expect((await call("GET", "/api/sales/nobody")).status).toBe(404);
    expect((await call("GET", "/api/sales/NOBODY")).status).toBe(400);
    expect((await call("GET", "/api/sales?page=2")).status).toBe(400);
  });

  test("operations", async () => {
    await call("GET", "/api/health");
    await call("GET", "/api/openapi.json");
    const held = shop.host.activity("bookShipment").nextCall();
    const order = await start("/api/orders", anOrder());
    const step = await held;
    const instance = `/api/instances/${order.id}`;
    expect((await call("POST", `${instance}/suspend`)).status).toBe(202);
    await expect.poll(async () => (await call("GET", instance)).body["status"]).toBe("suspended");
    await call("GET", order.self);
    expect((await call("POST", `${instance}/suspend`)).status).toBe(409);
    expect((await call("POST", `${instance}/resume`, { json: { reason: "go on" } })).status).toBe(202);
    expect((await call("POST", `${instance}/rewind`)).status).toBe(409);
    expect((await call("DELETE", instance)).status).toBe(409);
    expect((await call("POST", `${instance}/terminate`, { json: { reason: 7 } })).status).toBe(400);
    expect((await call("POST", `${instance}/terminate`)).status).toBe(202);
    step.release();
    await order.ended();
    await call("GET", instance);
    expect((await call("POST", `${instance}/restart`)).status).toBe(202);
    await order.ended();
    expect((await call("POST", `${instance}/restart`)).status).toBe(409);
    expect((await call("GET", "/api/instances?status=completed")).status).toBe(200);
    expect((await call("GET", "/api/instances?status=gone")).status).toBe(400);
    expect((await call("DELETE", instance)).status).toBe(204);
    expect((await call("GET", instance)).status).toBe(404);
  });
});

describe("the response to an unknown resource matches the document:", () => {
  test.each(["BAD NAME", "..x", "nobodys", "x".repeat(300)])("%s", async (name) => {
    for (const [template, methods] of Object.entries(contract.document.paths)) {
      if (!template.includes("{")) continue;
      const path = template.replaceAll(/\{\w+\}/g, encodeURIComponent(name));
      for (const method of Object.keys(methods)) {
        // A missing body may be detected first, and a missing album can be deleted.
        const { status } = await call(method.toUpperCase(), path);
        const isDone = method === "delete" && template === "/api/albums/{album}" && name === "nobodys";
        expect(status >= 400, `${method} ${path}`).toBe(!isDone);
      }
    }
  });

  test("a 404 is in the document only if it can happen", () => {
    const without = Object.entries(contract.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { responses }]) => path.includes("{") && !("404" in responses))
        .map(([method]) => `${method} ${path}`),
    );
    expect(without.toSorted()).toEqual([
      "delete /api/albums/{album}",
      "put /api/albums/{album}/photos/{name}",
      "put /api/price-lists/{name}",
    ]);
  });
});

test("a response that does not match the document is detected", async () => {
  const faults = (path: string, body: unknown, status = 200) =>
    contract.faults("GET", path, Response.json(body, { status }));
  expect(await faults("/api/sales", { sales: [] })).toEqual([]);
  expect(await faults("/api/sales", { sales: [{ sku: "a" }] })).not.toEqual([]);
  expect(await faults("/api/sales", { sales: [], more: 1 })).not.toEqual([]);
  expect(await faults("/api/sales", {}, 201)).not.toEqual([]);
  expect(await faults("/api/nothing", {})).not.toEqual([]);
  expect(await faults("/api/sales", {}, 404)).not.toEqual([]);
});
