import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { Imports } from "./imports.ts";

let host: TestHost;
let imports: Imports;

beforeAll(async () => {
  const shop = await startShop();
  host = shop.host;
  imports = new Imports(shop);
});
afterAll(() => host?.stop());

const HEADING = "sku,price,currency\n";

/** Sends chunks one by one, as many as are accepted. */
function stream(count: number, chunk: (index: number) => string): ReadableStream {
  let index = 0;
  return new ReadableStream({
    pull(controller) {
      if (index === count) controller.close();
      else controller.enqueue(Buffer.from(chunk(index++)));
    },
  });
}

describe("a price list", () => {
  test("is stored, and replaced by the next one with the same name", async () => {
    const first = await imports.put("kept", `${HEADING}a,1,EUR`);
    expect(first.status).toBe(201);
    expect(await first.json()).toEqual({ name: "kept" });
    const second = await imports.put("kept", `${HEADING}a,2,EUR`);
    expect(second.status).toBe(200);
    expect(second.headers.get("etag")).toMatch(/^"/);
    expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
  });

  test.each(["text/csv", "text/csv; charset=utf-8", 'Text/CSV; header=present; charset="UTF-8"'])(
    "is accepted as %s",
    async (contentType) => {
      expect((await imports.put("typed", `${HEADING}a,1,EUR`, contentType)).ok).toBe(true);
    },
  );

  test.each(["application/json", "text/plain", "text/csv; charset=iso-8859-1", "multipart/form-data"])(
    "is not accepted as %s",
    async (contentType) => {
      const response = await imports.put("untyped", HEADING, contentType);
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ errors: [{ pointer: "#header/content-type" }] });
    },
  );

  test.each([
    ["nothing", ""],
    ["no heading", "a,1.00,EUR\n"],
    ["a missing column", "sku,price\na,1"],
    ["a column twice", "sku,price,price,currency\n"],
    ["semicolons", "sku;price;currency\na;1;EUR"],
    ["a line that is too long", `${HEADING}${"a".repeat(20_000)}`],
    ["a line in the middle that is too long", `${HEADING}${"a".repeat(20_000)}\nb,1,EUR`],
    ["invalid UTF-8", Buffer.concat([Buffer.from(HEADING), Buffer.from([0xff, 0xfe])])],
    ["half a character", Buffer.concat([Buffer.from(HEADING), Buffer.from("ü").subarray(0, 1)])],
  ])("with %s is refused, and nothing is stored", async (_, body) => {
    const response = await imports.put("refused", typeof body === "string" ? body : new Uint8Array(body));
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect((await imports.post("refused", { onError: "skip" })).status).toBe(404);
  });

  test("with more than 16 MB is refused, declared or not", async () => {
    // Long lines, so that there are not too many of them.
    const megabyte = `${"a,1,EUR".padEnd(1023)}\n`.repeat(1024);
    expect((await imports.put("large", HEADING + megabyte.repeat(16))).status).toBe(413);
    const chunked = stream(20, (index) => (index === 0 ? HEADING : megabyte));
    expect((await imports.put("large", chunked)).status).toBe(413);
    expect((await imports.post("large", { onError: "skip" })).status).toBe(404);
  });

  test("with more than 200,000 lines is refused", async () => {
    expect((await imports.put("long", HEADING + "a,1,EUR\n".repeat(200_000))).status).toBe(413);
    expect((await imports.put("long", HEADING + "a,1,EUR\n".repeat(199_999))).status).toBe(201);
  });

  test.each(["A", "-a", "a b", "a".repeat(64), "..%2f..%2fx", "a%2fb", "%00", "a.csv"])(
    "cannot have the name %s",
    async (name) => {
      expect((await imports.put(name, HEADING)).status).toBe(400);
      expect((await imports.post(name, { onError: "skip" })).status).toBe(400);
    },
  );
});

describe("a request to import", () => {
  test.each([
    [{}, "/onError"],
    [{ onError: "ignore" }, "/onError"],
    [{ onError: "skip", retries: 3 }, "/retries"],
    [{ onError: "retry", retry: { attempts: 0 } }, "/retry/attempts"],
    [{ onError: "retry", retry: { attempts: 11 } }, "/retry/attempts"],
    [{ onError: "retry", retry: { attempts: 2.5 } }, "/retry/attempts"],
    [{ onError: "retry", retry: { firstInterval: "PT0S" } }, "/retry/firstInterval"],
    [{ onError: "retry", retry: { firstInterval: "PT5M", maxInterval: "PT1M" } }, "/retry/maxInterval"],
    [{ onError: "retry", retry: { maxInterval: "PT2H" } }, "/retry/maxInterval"],
    [{ onError: "retry", retry: { backoff: 0.5 } }, "/retry/backoff"],
    [{ onError: "retry", retry: { jitter: 1 } }, "/retry/jitter"],
    [{ onError: "skip", lineTimeout: "PT10M" }, "/lineTimeout"],
    [{ onError: "skip", lineTimeout: 30 }, "/lineTimeout"],
    [{ onError: "skip", state: {} }, "/state"],
  ])("with %j is refused at %s", async (body, pointer) => {
    await imports.bring("valid", ["a,1,EUR"]);
    const response = await imports.post("valid", body);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  test("of an unknown list returns 404", async () => {
    expect((await imports.post("nowhere", { onError: "skip" })).status).toBe(404);
  });
});

test.each(["import-none", "%2e%2e", "..%2f..%2finstances", "import-a:line-2", "a%3fb"])(
  "the import %s does not exist",
  async (id) => {
    expect((await host.fetch(`/api/imports/${id}`)).status).toBe(404);
    expect((await host.fetch(`/api/imports/${id}/dead-letters`)).status).toBe(404);
  },
);

test.each(["none", "..%2f", "a%7Cimport-1", "a'%20or%20'1'%20eq%20'1", "a".repeat(65)])(
  "the price of %s does not exist",
  async (sku) => {
    expect((await host.fetch(`/api/prices/${sku}`)).status).toBe(404);
  },
);

test("dead letters are a file to save, also in parts, and not stored by shared caches", async () => {
  const { id } = await imports.run("file", ["a,-1,EUR"], { onError: "skip" });
  const response = await host.fetch(`/api/imports/${id}/dead-letters`);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("content-disposition")).toContain("file-dead-letters.csv");
  expect(response.headers.get("cache-control")).toBe("private, no-cache");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect((await host.fetch(`/api/imports/${id}/dead-letters`, { method: "HEAD" })).status).toBe(200);
  const part = await host.fetch(`/api/imports/${id}/dead-letters`, { headers: { range: "bytes=0-3" } });
  expect([part.status, await part.text()]).toEqual([206, "line"]);
});
