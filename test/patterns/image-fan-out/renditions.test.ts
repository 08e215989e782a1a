import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { laneId } from "../../../src/patterns/image-fan-out/lanes/lane.contract.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { Albums, type Manifest, type Renditions } from "./albums.ts";

let shop: Shop;
let albums: Albums;
const WEBP = { widths: [320, 1280], format: "webp" };

beforeAll(async () => {
  shop = await startShop();
  albums = new Albums(shop.host);
});
afterEach(() => {
  shop.host.activity("renderPhoto").restore();
});
afterAll(() => shop.host.stop());

const instanceIds = async () => (await shop.host.hub.list({})).items.map(({ instanceId }) => instanceId);

const photo = (width = 640, height = 480) =>
  sharp({ create: { width, height, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();

/** Taller than the photo for which the request is checked. */
const tall = () =>
  sharp({ create: { width: 3200, height: 3000, channels: 3, background: "teal" } })
    .png()
    .toBuffer();

async function fill(album: string, count: number): Promise<void> {
  const body = await photo(64, 48);
  const names = Array.from({ length: count }, (_, index) => `p${String(index).padStart(3, "0")}.jpg`);
  await Promise.all(names.map((name) => albums.put(album, name, body)));
}

describe("an album with broken photos among good ones", () => {
  let made: Renditions & { readonly id: string };
  let manifest: Manifest;

  beforeAll(async () => {
    const good = await readFile("samples/photos/friends.jpg");
    await albums.put("mixed", "friends.jpg", good);
    await albums.put("mixed", "small.png", await photo(200, 100), "image/png");
    await albums.put("mixed", "cut.jpg", good.subarray(0, good.length / 2));
    await albums.put("mixed", "text.jpg", "this is no photo");
    made = await albums.rendered("mixed", WEBP);
    manifest = (await (await fetch(made.result?.manifest ?? "")).json()) as Manifest;
  });

  const failures = [
    { name: "cut.jpg", reason: "The file is incomplete: it ends in the middle of the picture" },
    { name: "text.jpg", reason: "The file is not a JPEG, PNG, WebP, GIF, AVIF or TIFF image" },
  ];

  test("is rendered, and reports the failed photos", () => {
    expect(made).toMatchObject({ status: "completed", progress: { total: 4, done: 2, failed: 2 } });
    expect(made.result).toMatchObject({ kind: "rendered", photos: 2, renditions: 3, failures });
  });

  test("has a manifest that agrees with its files", async () => {
    expect(manifest).toMatchObject({ album: "mixed", format: "webp", failures });
    expect(manifest.photos.map(({ name }) => name)).toEqual(["friends.jpg", "small.png"]);
    expect(manifest.photos[1]).toMatchObject({ width: 200, height: 100, renditions: [{ width: 200 }] });
    for (const rendition of manifest.photos.flatMap(({ renditions }) => renditions)) {
      const response = await fetch(rendition.url);
      expect(response.headers.get("content-type")).toBe("image/webp");
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.length).toBe(rendition.bytes);
      expect(await sharp(bytes).metadata()).toMatchObject({
        width: rendition.width,
        height: rendition.height,
      });
    }
  });

  test("has a contact sheet", async () => {
    const response = await fetch(made.result?.contactSheet ?? "");
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect([width > 800, height > 200]).toEqual([true, true]);
  });

  test.each(["rendition", "manifest"])("its %s supports conditional and range requests", async (which) => {
    const url = which === "manifest" ? made.result?.manifest : manifest.photos[0]?.renditions[0]?.url;
    const get = (headers: Record<string, string> = {}) => fetch(url ?? "", { headers });
    const whole = await get();
    const bytes = Buffer.from(await whole.arrayBuffer());
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(whole.headers.get("cache-control")).toContain("private");
    expect(whole.headers.get("content-length")).toBe(String(bytes.length));
    expect((await get({ "if-none-match": `"other", ${etag}` })).status).toBe(304);
    expect((await get({ "if-none-match": '"other"' })).status).toBe(200);

    expect((await get({ "if-match": etag, "if-none-match": etag })).status).toBe(304);
    expect((await get({ "if-match": '"other"', "if-none-match": etag })).status).toBe(412);
    const head = await fetch(url ?? "", { method: "HEAD" });
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, etag, ""]);
    expect(head.headers.get("content-length")).toBe(String(bytes.length));

    const part = async (range: string, more: Record<string, string> = {}) => {
      const response = await get({ range, ...more });
      const got = Buffer.from(await response.arrayBuffer());
      return [response.status, response.headers.get("content-range"), got] as const;
    };
    const size = bytes.length;
    expect(await part("bytes=0-9")).toEqual([206, `bytes 0-9/${size}`, bytes.subarray(0, 10)]);
    expect(await part("bytes=10-")).toEqual([206, `bytes 10-${size - 1}/${size}`, bytes.subarray(10)]);
    expect(await part("bytes=-5")).toEqual([
      206,
      `bytes ${size - 5}-${size - 1}/${size}`,
      bytes.subarray(-5),
    ]);
    expect((await part("bytes=0-99999999"))[1]).toBe(`bytes 0-${size - 1}/${size}`);
    expect((await part(`bytes=${size}-`)).slice(0, 2)).toEqual([416, `bytes */${size}`]);
    expect((await part("bytes=0-1,3-4"))[0]).toBe(200);
    expect((await part("bytes=0-9", { "if-range": '"other"' }))[0]).toBe(200);
    expect((await part("bytes=0-9", { "if-range": etag }))[0]).toBe(206);
  });

  test.each(["open", "pages/0.json", "outcomes/0.json", "..%2Fopen", "photos/friends.jpg/9.webp", ""])(
    "404 for the file %j",
    async (path) => {
      expect((await albums.request(`renditions/${made.id}/files/${path}`)).status).toBe(404);
    },
  );

  test("404 for files of an invalid id", async () => {
    expect((await albums.request("renditions/mixed/files/manifest.json")).status).toBe(404);
    expect((await albums.request("renditions/mixed")).status).toBe(404);
  });
});

describe("ordering renditions", () => {
  beforeAll(() => albums.put("orders", "a.jpg", "x"));

  test.each([
    [{ ...WEBP, widths: [] }, "/widths"],
    [{ ...WEBP, widths: [320, 320] }, "/widths"],
    [{ ...WEBP, widths: [15] }, "/widths/0"],
    [{ ...WEBP, widths: [320, 8193] }, "/widths/1"],
    [{ ...WEBP, widths: [320.5] }, "/widths/0"],
    [{ ...WEBP, widths: Array.from({ length: 21 }, (_, index) => 100 + index) }, "/widths"],
    [{ ...WEBP, format: "gif" }, "/format"],
    [{ ...WEBP, quality: 0 }, "/quality"],
    [{ ...WEBP, quality: 101 }, "/quality"],
    [{ ...WEBP, album: "other" }, "/album"],
  ])("400 for %j", async (body, pointer) => {
    const response = await albums.order("orders", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });

  test.each([
    [{ format: "jpeg", widths: Array.from({ length: 20 }, (_, index) => 8173 + index) }, "jpeg", 50],
    [{ format: "webp", widths: [320, 1280, 4242] }, "webp", 12],
    [{ format: "avif", widths: [8192] }, "avif", 8],
    [{ format: "avif", widths: [320, 1280, 2560, 6000] }, "avif", 8],
  ])("422 for more pixels than an instance can render: %j", async (body, format, most) => {
    const before = await instanceIds();
    const response = await albums.order("orders", body);
    expect(response.status).toBe(422);
    const message: unknown = expect.stringContaining(
      `in ${format}, the renditions of a photo may have ${most} megapixels together`,
    );
    expect(await response.json()).toMatchObject({ errors: [{ pointer: "/widths", message }] });
    expect(await instanceIds()).toEqual(before);
  });

  test("a photo of another shape that exceeds the limit is reported, the others are rendered", async () => {
    await albums.put("shapes", "long.png", await tall(), "image/png");
    await albums.put("shapes", "usual.jpg", await photo(3200, 40));
    const { result } = await albums.rendered("shapes", { widths: [3200], format: "avif" });
    const reason = "Its renditions would have 9.6 megapixels together; in avif 8 are allowed";
    expect(result).toMatchObject({ photos: 1, failures: [{ name: "long.png", reason }] });
  });

  test("404 for an album without photos", async () => {
    expect((await albums.order("nobody", WEBP)).status).toBe(404);
    expect(await instanceIds()).not.toContainEqual(expect.stringContaining("nobody"));
  });

  test("one key, one rendering; another body is refused", async () => {
    const key = { "idempotency-key": "k1" };
    const [first, again] = [await albums.order("orders", WEBP, key), await albums.order("orders", WEBP, key)];
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect((await albums.order("orders", { ...WEBP, quality: 50 }, key)).status).toBe(422);
  });
});

describe("lanes", () => {
  test("41 photos are rendered by four lanes, and progress is the sum of theirs", async () => {
    await fill("lanes", 41);
    const render = shop.host.activity("renderPhoto");
    render.calls.length = 0;
    const held = shop.host.activity("writeManifest").nextCall();
    const id = await albums.start("lanes", { widths: [16], format: "webp" });
    const call = await held;
    const seen = (await albums.renditions(id)).progress;
    call.release();
    await shop.host.instance(id).completion();
    expect(seen).toEqual({ total: 41, done: 41, failed: 0 });
    expect(render.calls).toHaveLength(41);
    expect(new Set(render.calls.map(({ instanceId }) => instanceId))).toEqual(
      new Set([0, 1, 2, 3].map((lane) => laneId(id, lane))),
    );
  });

  test("while a photo is being rendered, progress counts those before it", async () => {
    await fill("progress", 9);
    const render = shop.host.activity("renderPhoto");
    const held = render.nextCall();
    const id = await albums.start("progress", { widths: [16], format: "jpeg" });
    const call = await held;
    expect(await albums.renditions(id)).toMatchObject({
      status: "running",
      progress: { total: 9, failed: 0 },
    });
    call.release();
    await shop.host.instance(id).completion();
    expect((await albums.renditions(id)).progress).toEqual({ total: 9, done: 9, failed: 0 });
  });

  test("failing storage is retried; a photo that cannot be read fails", async () => {
    await fill("flaky", 3);
    const render = shop.host.activity("renderPhoto");
    render.failOn(render.calls.length + 1);
    const { result } = await albums.rendered("flaky", { widths: [16], format: "webp" });
    expect(result).toMatchObject({ kind: "rendered", photos: 3, failures: [] });

    render.failAlways();
    const failed = await albums.rendered("flaky", { widths: [16], format: "webp" });
    expect(failed).toMatchObject({ status: "completed", progress: { total: 3, done: 0, failed: 3 } });
    const reason = "It could not be rendered, and trying again did not help";
    expect(failed.result?.failures[0]).toEqual({ name: "p000.jpg", reason });
  });
});

describe("deleting an album", () => {
  const stored = async (album: string) => {
    const names: string[] = [];
    for (const container of ["photos", "renditions"]) {
      const blobs = (await shop.storage.container(container)).listBlobsFlat({ prefix: `${album}/` });
      for await (const { name } of blobs) names.push(name);
    }
    return names;
  };

  test("deletes its photos, its renditions and their resource", async () => {
    await fill("deleted", 3);
    const { id } = await albums.rendered("deleted", { widths: [16], format: "webp" });
    expect((await albums.request("albums/deleted", { method: "DELETE" })).status).toBe(204);
    expect(await stored("deleted")).toEqual([]);
    expect((await albums.request("albums/deleted")).status).toBe(404);
    expect((await albums.request(`renditions/${id}`)).status).toBe(404);
    expect((await albums.request(`renditions/${id}/files/manifest.json`)).status).toBe(404);
    expect((await instanceIds()).filter((one) => one.startsWith(id))).toEqual([]);
    expect((await albums.request("albums/deleted", { method: "DELETE" })).status).toBe(204);
  });

  test("ends a running rendering, and running steps leave nothing behind", async () => {
    await fill("busy", 12);
    const held = shop.host.activity("renderPhoto").nextCall();
    const id = await albums.start("busy", { widths: [16], format: "webp" });
    const call = await held;
    expect((await albums.request("albums/busy", { method: "DELETE" })).status).toBe(204);
    call.release();
    await expect
      .poll(() => shop.host.activity("renderPhoto").calls.every(({ outcome }) => outcome))
      .toBe(true);
    expect(await stored("busy")).toEqual([]);
    expect((await albums.request(`renditions/${id}`)).status).toBe(404);
  });

  test("ends and deletes the lanes of a parent that was terminated and purged without this app", async () => {
    await fill("orphaned", 12);
    const held = shop.host.activity("renderPhoto").nextCall();
    const id = await albums.start("orphaned", { widths: [16], format: "webp" });
    const call = await held;
    await shop.host.hub.terminate(id, "by hand");
    await expect.poll(async () => (await shop.host.hub.get(id))?.runtimeStatus).toBe("Terminated");
    await shop.host.hub.purge(id);
    expect((await albums.request("albums/orphaned", { method: "DELETE" })).status).toBe(204);
    expect((await instanceIds()).filter((one) => one.startsWith(id))).toEqual([]);
    call.release();
  });

  test("an album that is deleted before the plan is made is a refusal", async () => {
    await fill("gone", 1);
    const held = shop.host.activity("planRenditions").nextCall();
    const id = await albums.start("gone", { widths: [16], format: "webp" });
    const call = await held;
    await (await shop.storage.container("photos")).getBlobClient("gone/p000.jpg").delete();
    call.release();
    await shop.host.instance(id).completion();
    expect(await albums.renditions(id)).toMatchObject({ status: "completed", result: { kind: "refused" } });
  });
});
