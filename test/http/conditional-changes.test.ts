import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Shop, startShop } from "../support/shop.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";

/** If-Match and similar headers for all changes in the API, over HTTP and with real storage. */

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.host.stop());

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;
type Headers = Readonly<Record<string, string>>;
const LONG_AGO = { "if-unmodified-since": "Tue, 02 Mar 2021 08:00:00 GMT" };
const BLOCK = 4 * 1024 * 1024;

const call = (method: string, path: string, headers: Headers = {}, body?: Body) =>
  shop.host.fetch(`/api/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
    ...(body instanceof ReadableStream && { duplex: "half" }),
  });

async function refusedBy(response: Response): Promise<[number, string | undefined]> {
  const { errors } = (await response.json()) as { errors?: readonly { pointer: string }[] };
  return [response.status, errors?.[0]?.pointer];
}

const heading = "sku,price,currency\n";
const KINDS = [
  {
    kind: "a photo",
    path: (name: string) => `albums/conditions/photos/${name}`,
    type: "image/jpeg",
    small: (text: string) => Buffer.from(text),
    large: (text: string) => Buffer.alloc(BLOCK + 1000, text),
    blob: (name: string) => ["photos", `conditions/${name}`] as const,
  },
  {
    kind: "a price list",
    path: (name: string) => `price-lists/${name}`,
    type: "text/csv",
    small: (text: string) => Buffer.from(`${heading}${text},1,EUR`),
    large: (text: string) => Buffer.from(heading + `${text.padEnd(60)},1,EUR\n`.repeat(BLOCK / 64)),
    blob: (name: string) => ["price-lists", name] as const,
  },
];

describe.each(KINDS)("a PUT of $kind", ({ path, type, small, large, blob }) => {
  const put = (name: string, body: Body, headers: Headers = {}) =>
    call("PUT", path(name), { "content-type": type, ...headers }, body);
  const stored = async (name: string) => {
    const [container, file] = blob(name);
    return (await shop.storage.container(container)).getBlobClient(file).downloadToBuffer();
  };
  const tagOf = (response: Response) => response.headers.get("etag") ?? "";

  test("replaces the version that the caller names, and no other", async () => {
    const first = await put("a1", small("one"));
    expect((await put("a1", small("two"), { "if-match": tagOf(first) })).status).toBe(200);
    expect(await refusedBy(await put("a1", small("three"), { "if-match": tagOf(first) }))).toEqual([
      412,
      "#header/if-match",
    ]);
    expect(await refusedBy(await put("a1", small("three"), { "if-match": `W/${tagOf(first)}` }))).toEqual([
      412,
      "#header/if-match",
    ]);
    expect(await stored("a1")).toEqual(small("two"));
    expect((await put("a1", small("four"), { "if-match": "*" })).status).toBe(200);
  });

  test("has a new tag for the same bytes, and compares its own tags", async () => {
    const first = await put("a2", small("one"));
    const again = await put("a2", small("one"), { "if-match": `"x", ${tagOf(first)}` });
    expect(again.status).toBe(200);
    expect(tagOf(again)).not.toBe(tagOf(first));
    expect((await put("a2", small("one"), { "if-match": tagOf(first) })).status).toBe(412);
    const since = { "if-unmodified-since": again.headers.get("last-modified") ?? "" };
    expect((await put("a2", small("one"), since)).status).toBe(200);
  });

  test("creates only, with If-None-Match: *, and replaces only, with If-Match", async () => {
    expect((await put("a3", small("one"), { "if-match": "*" })).status).toBe(412);
    expect((await put("a3", small("one"), { "if-none-match": "*" })).status).toBe(201);
    expect(await refusedBy(await put("a3", small("two"), { "if-none-match": "*" }))).toEqual([
      412,
      "#header/if-none-match",
    ]);
    expect(await refusedBy(await put("a3", small("two"), LONG_AGO))).toEqual([
      412,
      "#header/if-unmodified-since",
    ]);
    expect(await stored("a3")).toEqual(small("one"));
  });

  test.each([
    ["small", small],
    // Compared with `equals`, because the comparison of the test runner takes seconds for so many bytes.
    ["large", large],
  ])("only one of many simultaneous requests succeeds: %s bodies", async (size, bodyOf) => {
    const name = `race-${size}`;
    const bodies = ["a", "b", "c", "d", "e"].map((text) => bodyOf(text));
    const creations = await Promise.all(bodies.map((body) => put(name, body, { "if-none-match": "*" })));
    const statuses = creations.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, 412, 412, 412, 412]);
    const winner = creations.findIndex(({ status }) => status === 201);
    expect(bodies[winner]?.equals(await stored(name))).toBe(true);

    const tag = tagOf(creations[winner] as Response);
    const changes = await Promise.all(bodies.map((body) => put(name, body, { "if-match": tag })));
    expect(changes.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412, 412]);
    const last = changes.findIndex(({ status }) => status === 200);
    expect(bodies[last]?.equals(await stored(name))).toBe(true);
  });

  test("is refused if another upload finished while its body arrived", async () => {
    const first = await put("a4", small("one"));
    const { promise: overtaken, resolve } = Promise.withResolvers<void>();
    const bytes = large("slow");
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(bytes.subarray(0, 100));
        await overtaken;
        controller.enqueue(bytes.subarray(100));
        controller.close();
      },
    });
    const slow = put("a4", body, { "if-match": tagOf(first) });
    const fast = await put("a4", small("two"), { "if-match": tagOf(first) });
    resolve();
    expect([fast.status, (await slow).status]).toEqual([200, 412]);
    expect(await stored("a4")).toEqual(small("two"));
  });
});

describe("an album", () => {
  const put = (album: string, name: string) =>
    call("PUT", `albums/${album}/photos/${name}`, { "content-type": "image/jpeg" }, "a photo");

  test("has a tag that changes with its photos", async () => {
    await put("tags", "a.jpg");
    const first = await call("GET", "albums/tags");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[^"]+"$/);
    expect((await call("GET", "albums/tags", { "if-none-match": tag })).status).toBe(304);
    await put("tags", "a.jpg");
    expect((await call("GET", "albums/tags", { "if-none-match": tag })).status).toBe(200);
  });

  test("is deleted if it is the one that the caller has seen", async () => {
    await put("seen", "a.jpg");
    const tag = (await call("GET", "albums/seen")).headers.get("etag") ?? "";
    await put("seen", "b.jpg");
    expect(await refusedBy(await call("DELETE", "albums/seen", { "if-match": tag }))).toEqual([
      412,
      "#header/if-match",
    ]);
    expect((await call("DELETE", "albums/seen", LONG_AGO)).status).toBe(412);
    const now = await call("GET", "albums/seen");
    expect(((await now.json()) as { photos: object[] }).photos).toHaveLength(2);
    const headers = { "if-match": now.headers.get("etag") ?? "" };
    expect((await call("DELETE", "albums/seen", headers)).status).toBe(204);
    expect((await call("GET", "albums/seen")).status).toBe(404);
    expect((await call("DELETE", "albums/seen", { "if-match": "*" })).status).toBe(412);
    expect((await call("DELETE", "albums/seen")).status).toBe(204);
  });
});

test("a report, which has no tag, is deleted if the conditions are met", async () => {
  const body = JSON.stringify({ from: "2026-11-01", to: "2026-11-30", groupBy: "sku" });
  const started = await call("POST", "reports", { "content-type": "application/json" }, body);
  const { id } = (await started.json()) as { id: string };
  await shop.host.instance(id).completion();
  for (const headers of [{ "if-match": '"x"' }, { "if-none-match": "*" }, LONG_AGO]) {
    expect((await call("DELETE", `reports/${id}`, headers)).status).toBe(412);
  }
  expect((await call("GET", `reports/${id}`)).status).toBe(200);
  expect((await call("DELETE", `reports/${id}`, { "if-match": "*" })).status).toBe(204);
});

test("an instance that has changed since the caller read it is not purged", async () => {
  const body = JSON.stringify(anOrder());
  const started = await call("POST", "orders", { "content-type": "application/json" }, body);
  const { id } = (await started.json()) as { id: string };
  await shop.host.instance(id).completion();
  expect((await call("DELETE", `instances/${id}`, LONG_AGO)).status).toBe(412);
  expect((await call("DELETE", `instances/${id}`, { "if-match": "*" })).status).toBe(204);
});

test("a resource without versions refuses preconditions, and starts nothing", async () => {
  const headers = { "content-type": "application/json", "if-match": '"x"', "idempotency-key": "conditions" };
  const body = JSON.stringify(anOrder());
  expect(await refusedBy(await call("POST", "orders", headers, body))).toEqual([412, "#header/if-match"]);
  const { "if-match": _, ...plain } = headers;
  expect((await call("POST", "orders", { ...plain, "if-none-match": "*" }, body)).status).toBe(202);
});
