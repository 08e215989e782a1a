import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../tools/tour/api.ts";
import { api, post, problemIn, start, unique } from "./app.ts";

type Renditions = Resource<
  { total: number; done: number; failed: number },
  {
    kind: string;
    photos: number;
    renditions: number;
    failures: { name: string; reason: string }[];
    manifest: string;
    contactSheet: string;
  }
>;
interface Manifest {
  readonly photos: readonly {
    readonly name: string;
    readonly renditions: readonly { readonly width: number; readonly bytes: number; readonly url: string }[];
  }[];
}

const SAMPLES = path.resolve(import.meta.dirname, "../../samples/photos");
const photos: { name: string; bytes: Uint8Array<ArrayBuffer> }[] = [];

beforeAll(async () => {
  for (const name of (await readdir(SAMPLES)).filter((file) => file.endsWith(".jpg")).slice(0, 3)) {
    photos.push({ name, bytes: new Uint8Array(await readFile(path.join(SAMPLES, name))) });
  }
});

function put(album: string, name: string, body: string | Uint8Array<ArrayBuffer>, type = "image/jpeg") {
  return api.call("PUT", `/api/albums/${album}/photos/${name}`, { headers: { "content-type": type }, body });
}

async function anAlbum(): Promise<string> {
  const album = unique("e2e");
  for (const { name, bytes } of photos) expect((await put(album, name, bytes)).status).toBe(201);
  return album;
}

const watch = (url: string): Promise<Renditions> => api.watch(url, undefined, 100);

describe.concurrent("an album", () => {
  test("lists its photos, replaces them, and does not exist after DELETE", async ({ expect }) => {
    const album = await anAlbum();
    const [photo] = photos;
    const again = await put(album, photo?.name ?? "", photo?.bytes ?? "");
    expect([again.status, again.headers.get("etag")]).toEqual([200, expect.stringMatching(/^".+"$/)]);
    const listing = await api.get<{ photos: object[] }>(`/api/albums/${album}`);
    expect(listing.photos).toEqual(
      photos.map(({ name, bytes }) => ({
        name,
        bytes: bytes.byteLength,
        contentType: "image/jpeg",
        uploadedAt: expect.stringMatching(/Z$/),
      })),
    );
    const { url } = await start(`/api/albums/${album}/renditions`, { widths: [32], format: "webp" });
    const rendered = await watch(url);
    expect((await api.call("DELETE", `/api/albums/${album}`)).status).toBe(204);
    for (const gone of [`/api/albums/${album}`, url, rendered.result?.manifest ?? ""]) {
      expect(await problemIn(api.call("GET", gone))).toMatchObject({ status: 404 });
    }
  });

  test.for(["webp", "jpeg", "avif"])(
    "is rendered as %s, with a manifest and a contact sheet",
    async (format, { expect }) => {
      const album = await anAlbum();
      const request = { widths: [64, 160], format, quality: 60 };
      const { url } = await start(`/api/albums/${album}/renditions`, request);
      const rendered = await watch(url);
      expect(rendered).toMatchObject({
        kind: "renditions",
        status: "completed",
        progress: { total: 3, done: 3, failed: 0 },
        result: { kind: "rendered", photos: 3, renditions: 6, failures: [] },
      });
      const manifest = await api.get<Manifest>(rendered.result?.manifest ?? "");
      expect(manifest).toMatchObject({ album, format, failures: [] });
      for (const { name, renditions } of manifest.photos) {
        expect(photos.map((photo) => photo.name)).toContain(name);
        for (const file of renditions) expect((await api.bytes(file.url)).byteLength).toBe(file.bytes);
      }
      expect((await api.bytes(rendered.result?.contactSheet ?? "")).byteLength).toBeGreaterThan(1000);
    },
  );

  test("with an invalid photo is rendered without it, and reports it", async ({ expect }) => {
    const album = await anAlbum();
    await put(album, "not-a-photo.jpg", "a text that somebody named .jpg");
    const { url } = await start(`/api/albums/${album}/renditions`, { widths: [64], format: "webp" });
    expect(await watch(url)).toMatchObject({
      progress: { total: 4, done: 3, failed: 1 },
      result: { renditions: 3, failures: [{ name: "not-a-photo.jpg", reason: expect.any(String) }] },
    });
  });

  test("is rendered once for ten simultaneous requests with one key", async ({ expect }) => {
    const album = await anAlbum();
    const key = { "idempotency-key": randomUUID() };
    const request = { widths: [48], format: "webp" };
    const renditions = `/api/albums/${album}/renditions`;
    const starts = await Promise.all(Array.from({ length: 10 }, () => start(renditions, request, key)));
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    const other = post(renditions, { ...request, widths: [49] }, key);
    expect(await problemIn(other)).toMatchObject({ status: 422 });
    await watch(starts[0]?.url ?? "");
  });

  test("has files with tags and ranges", async ({ expect }) => {
    const album = await anAlbum();
    const { url } = await start(`/api/albums/${album}/renditions`, { widths: [64], format: "jpeg" });
    const sheet = (await watch(url)).result?.contactSheet ?? "";
    const whole = await api.call("GET", sheet);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^".+"$/);
    expect(whole.headers.get("cache-control")).toContain("private");
    const get = (headers: Record<string, string>) => api.call("GET", sheet, { headers });
    expect((await get({ "if-none-match": etag })).status).toBe(304);
    const part = await get({ range: "bytes=10-19" });
    expect([part.status, part.headers.get("content-range")]).toEqual([
      206,
      `bytes 10-19/${bytes.byteLength}`,
    ]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(10, 20));
    expect(await problemIn(get({ range: "bytes=999999999-" }))).toMatchObject({ status: 416 });
  });
});

describe("invalid requests", () => {
  test.each([
    ["/widths/0", { widths: [1], format: "webp" }],
    ["/format", { widths: [64], format: "gif" }],
    ["/quality", { widths: [64], format: "webp", quality: 101 }],
    ["/crop", { widths: [64], format: "webp", crop: true }],
  ])("renditions with a wrong %s are a 400", async (pointer, request) => {
    const answer = post("/api/albums/nobodys/renditions", request);
    expect(await problemIn(answer)).toMatchObject({ status: 400, pointer });
  });

  test("a missing album, rendering or file is a 404", async () => {
    const request = { widths: [64], format: "webp" };
    expect(await problemIn(post(`/api/albums/${unique("no")}/renditions`, request))).toMatchObject({
      status: 404,
    });
    const id = `renditions-nobodys-${"0".repeat(32)}`;
    for (const missing of [
      `albums/${unique("no")}`,
      `renditions/${id}`,
      `renditions/${id}/files/manifest.json`,
    ]) {
      expect(await problemIn(api.call("GET", `/api/${missing}`))).toMatchObject({ status: 404 });
    }
  });

  test("a photo of another type is a 415, an empty one or one with a bad name a 400", async () => {
    expect(await problemIn(put("e2e", "a.jpg", "x", "text/html"))).toMatchObject({ status: 415 });
    expect(await problemIn(put("e2e", "a.jpg", ""))).toMatchObject({ status: 400 });
    expect(await problemIn(put("e2e", "..hidden", "x"))).toMatchObject({ status: 400 });
    expect(await problemIn(put("E2E", "a.jpg", "x"))).toMatchObject({ status: 400 });
  });
});
