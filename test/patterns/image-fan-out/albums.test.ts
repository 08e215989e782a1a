import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Shop, startShop } from "../../support/shop.ts";
import { Albums } from "./albums.ts";

let shop: Shop;
let albums: Albums;

beforeAll(async () => {
  shop = await startShop();
  albums = new Albums(shop.host);
});
afterAll(() => shop.host.stop());

const photo = (background = "red") =>
  sharp({ create: { width: 40, height: 30, channels: 3, background } })
    .jpeg()
    .toBuffer();

interface Problem {
  readonly status: number;
  readonly errors?: readonly { readonly pointer: string }[];
}

const base64url = (text: string) => Buffer.from(text, "latin1").toString("base64url");

async function problem(response: Response): Promise<[number, string | undefined]> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { status, errors } = (await response.json()) as Problem;
  expect(status).toBe(response.status);
  return [status, errors?.[0]?.pointer];
}

describe("a PUT of a photo", () => {
  test("returns 201 the first time, 200 the second time, each with the tag of the stored photo", async () => {
    const first = await albums.put("put", "a.jpg", await photo("red"));
    const second = await albums.put("put", "a.jpg", await photo("blue"));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.headers.get("etag")).toMatch(/^"[^"]+"$/);
    expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
    expect(await albums.names("put")).toEqual(["a.jpg"]);
  });

  test("a large one is uploaded in blocks, and stored byte for byte", async () => {
    const body = Buffer.alloc(9 * 1024 * 1024 + 7, "photo");
    expect((await albums.put("large", "a.jpg", body)).status).toBe(201);
    expect((await albums.put("large", "a.jpg", body)).status).toBe(200);
    const blob = (await shop.storage.container("photos")).getBlobClient("large/a.jpg");
    expect((await blob.downloadToBuffer()).equals(body)).toBe(true);
    expect((await blob.getProperties()).contentType).toBe("image/jpeg");
  });

  test("a body without a length is a body", async () => {
    const bytes = await photo();
    const body = new Blob([bytes]).stream();
    expect((await albums.put("chunked", "a.jpg", body)).status).toBe(201);
    const listed = (await (await albums.request("albums/chunked")).json()) as { photos: object[] };
    expect(listed.photos).toMatchObject([{ name: "a.jpg", bytes: bytes.length, contentType: "image/jpeg" }]);
  });

  test("an invalid photo is accepted, and fails later", async () => {
    expect((await albums.put("broken", "text.jpg", "no photo")).status).toBe(201);
  });

  test.each([
    ["Album", "a.jpg", "#path/album"],
    ["-album", "a.jpg", "#path/album"],
    ["a".repeat(64), "a.jpg", "#path/album"],
    ["refused", ".hidden", "#path/name"],
    ["refused", "a..jpg", "#path/name"],
    ["refused", "..jpg", "#path/name"],
    ["refused", "...", "#path/name"],
    ["refused", "a.", "#path/name"],
    ["refused", "a.jpg.", "#path/name"],
    ["refused", "a.jpg%20", "#path/name"],
    ["refused", "a.jpg%0A", "#path/name"],
    ["refused", "caf%C3%A9.jpg", "#path/name"],
    ["refused", "cafe%CC%81.jpg", "#path/name"],
    ["refused", "a%2Fb.jpg", "#path/name"],
    ["refused", "a%5Cb.jpg", "#path/name"],
    ["refused", "a%01.jpg", "#path/name"],
    ["refused", "a%252Fb.jpg", "#path/name"],
    ["refused", "a".repeat(101), "#path/name"],
  ])("400 for %s/%s", async (album, name, pointer) => {
    expect(await problem(await albums.put(album, name, await photo()))).toEqual([400, pointer]);
  });

  test("names that are special elsewhere are accepted, and differ by their case", async () => {
    const names = ["A.jpg", "a.jpg", "con.jpg", "nul"];
    for (const name of names) expect((await albums.put("names", name, await photo())).status).toBe(201);
    expect(await albums.names("names")).toEqual(names);
  });

  test("400 for an empty body, 415 for another type", async () => {
    expect(await problem(await albums.put("refused", "a.jpg", ""))).toEqual([400, undefined]);
    const header = "#header/content-type";
    expect(await problem(await albums.put("refused", "a.jpg", "x", "text/plain"))).toEqual([415, header]);
    const svg = await albums.put("refused", "a.svg", "<svg/>", "image/svg+xml");
    expect(await problem(svg)).toEqual([415, header]);
  });

  test("413 for more than 50 MiB, declared or not", async () => {
    const tooLarge = 50 * 1024 * 1024 + 1;
    expect((await albums.put("refused", "a.jpg", Buffer.alloc(tooLarge))).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20));
        if (sent > 80 * 1024 * 1024) controller.close();
      },
    });
    expect((await albums.put("refused", "a.jpg", endless)).status).toBe(413);
  });

  test("413 for a header that declares more than 100 megapixels", async () => {
    const large = await sharp({ create: { width: 12_000, height: 9000, channels: 3, background: "red" } })
      .jpeg()
      .toBuffer();
    expect(await problem(await albums.put("refused", "a.jpg", large))).toEqual([413, undefined]);
  });

  test("refused photos are not stored", async () => {
    expect(await albums.names("refused")).toEqual([]);
  });

  test("two at the same time store one complete photo", async () => {
    const bodies = [Buffer.alloc(5_000_000, "a"), Buffer.alloc(5_000_000, "b")];
    const answers = await Promise.all(bodies.map((body) => albums.put("twice", "a.jpg", body)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.every((status) => [200, 201, 409].includes(status))).toBe(true);
    const blob = (await shop.storage.container("photos")).getBlobClient("twice/a.jpg");
    const kept = await blob.downloadToBuffer();
    expect(bodies.some((body) => body.equals(kept))).toBe(true);
  });
});

describe("listing an album", () => {
  test("404 without photos, 400 for an invalid continuation", async () => {
    expect(await problem(await albums.request("albums/nobody"))).toEqual([404, undefined]);
    for (const token of ["a%2Fb", base64url("\u0000"), base64url("a\nb"), base64url("\u00ff")]) {
      const odd = await albums.request(`albums/nobody?continuation=${token}`);
      expect(await problem(odd)).toEqual([400, "#query/continuation"]);
    }
  });

  test("page by page, each photo once", async () => {
    const photos = await shop.storage.container("photos");
    const names = Array.from({ length: 450 }, (_, index) => `p${String(index).padStart(4, "0")}.jpg`);
    for (let start = 0; start < names.length; start += 50) {
      const some = names.slice(start, start + 50);
      await Promise.all(some.map((name) => photos.getBlockBlobClient(`paged/${name}`).upload("x", 1)));
    }
    const seen: string[] = [];
    let continuation: string | undefined;
    do {
      const query = continuation === undefined ? "" : `?continuation=${continuation}`;
      const response = await albums.request(`albums/paged${query}`);
      const page = (await response.json()) as { photos: { name: string }[]; continuation?: string };
      seen.push(...page.photos.map(({ name }) => name));
      ({ continuation } = page);
    } while (continuation !== undefined);
    expect(seen).toEqual(names);
  });
});
