import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Resource } from "../../tools/tour/api.ts";
import { api, post, problemIn, start, unique } from "./app.ts";

type Counts = { total: number; applied: number; failed: number; retried: number };
type Import = Resource<Counts, Counts & { kind: string; undone?: number; deadLetters?: string }>;

const RETRY = { attempts: 2, firstInterval: "PT1S", maxInterval: "PT1S", backoff: 1 };

function put(name: string, body: string, contentType = "text/csv"): Promise<Response> {
  const headers = { "content-type": contentType };
  return api.call("PUT", `/api/price-lists/${name}`, { headers, body });
}

/** Uploads a list of these lines; `#` in a sku is replaced by a part that is unique to the test. */
async function bring(lines: readonly string[]) {
  const own = unique("e2e");
  const skuOf = (sku: string) => sku.replace("#", own);
  const name = unique("list");
  const body = ["sku,price,currency", ...lines.map(skuOf)].join("\r\n");
  expect((await put(name, body)).status).toBe(201);
  return { name, skuOf };
}

async function runImport(lines: readonly string[], policy: object) {
  const { name, skuOf } = await bring(lines);
  const { url } = await start(`/api/price-lists/${name}/import`, policy);
  const done: Import = await api.watch(url, undefined, 100);
  return { done, url, skuOf };
}

/** Cents in force for a sku; undefined if there are none. */
async function price(sku: string): Promise<number | undefined> {
  const answer = await api.call("GET", `/api/prices/${sku}`);
  if (answer.status === 404) return undefined;
  return ((await answer.json()) as { price: { value: number } }).price.value;
}

const LINES = [
  "ok-#,1.00,EUR",
  "flaky-1-#,2.00,EUR",
  "refused-#,3.00,EUR",
  "down-#,4.00,EUR",
  "bad-#,-5,EUR",
];

describe.concurrent("an import", () => {
  test("that retries overcomes faults, and records lines that fail after all attempts", async ({
    expect,
  }) => {
    const { done, url, skuOf } = await runImport(LINES, { onError: "retry", retry: RETRY });
    expect(done).toMatchObject({
      kind: "import",
      status: "completed",
      progress: { total: 5, applied: 2, failed: 3 },
      result: { kind: "imported", applied: 2, failed: 3, deadLetters: `${url}/dead-letters` },
    });
    expect(await Promise.all(["ok-#", "flaky-1-#", "down-#"].map((sku) => price(skuOf(sku))))).toEqual([
      100,
      200,
      undefined,
    ]);
    const answer = await api.call("GET", done.result?.deadLetters ?? "");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/);
    const [heading, ...letters] = (await answer.text()).trimEnd().split("\r\n");
    expect(heading).toBe("line,sku,price,currency,reason");
    expect(letters.map((line) => line.split(",")[1])).toEqual(["refused-#", "down-#", "bad-#"].map(skuOf));
  });

  test("that skips does not retry lines", async ({ expect }) => {
    const { done } = await runImport(LINES, { onError: "skip" });
    expect(done.progress).toMatchObject({ total: 5, applied: 1, failed: 4, retried: 0 });
  });

  test("that fails rolls back the applied lines", async ({ expect }) => {
    const { done, skuOf } = await runImport(["ok-#,1.00,EUR", "refused-#,3.00,EUR"], { onError: "fail" });
    expect(done).toMatchObject({ status: "completed", result: { kind: "rolledBack", applied: 0 } });
    expect(await price(skuOf("ok-#"))).toBeUndefined();
  });

  test("gives up a line that takes too long, and waits for a line within the time limit", async ({
    expect,
  }) => {
    const lines = ["slow-1-#,1.00,EUR", "slow-9-#,2.00,EUR"];
    const { done, skuOf } = await runImport(lines, { onError: "skip", lineTimeout: "PT4S" });
    expect(done.progress).toMatchObject({ applied: 1, failed: 1 });
    expect(await Promise.all(["slow-1-#", "slow-9-#"].map((sku) => price(skuOf(sku))))).toEqual([
      100,
      undefined,
    ]);
  });

  test("counts a line whose answer was lost as applied", async ({ expect }) => {
    const { done } = await runImport(["mute-#,1.00,EUR"], { onError: "retry", retry: RETRY });
    expect(done.progress).toMatchObject({ applied: 1, failed: 0 });
  });

  test("requested ten times simultaneously with one key is started once", async ({ expect }) => {
    const { name } = await bring(["ok-#,1.00,EUR"]);
    const path = `/api/price-lists/${name}/import`;
    const key = { "idempotency-key": randomUUID() };
    const starts = await Promise.all(Array.from({ length: 10 }, () => start(path, { onError: "skip" }, key)));
    expect(new Set(starts.map(({ id }) => id)).size).toBe(1);
    expect(await problemIn(post(path, { onError: "fail" }, key))).toMatchObject({ status: 422 });
    await api.watch(starts[0]?.url ?? "");
    const deadLetters = api.call("GET", `${starts[0]?.url}/dead-letters`);
    expect(await problemIn(deadLetters)).toMatchObject({ status: 404 });
  });

  test.for([
    ["/onError", { onError: "ignore" }],
    ["/retry/attempts", { onError: "retry", retry: { attempts: 0 } }],
    ["/lineTimeout", { onError: "skip", lineTimeout: "P1D" }],
    ["/from", { onError: "skip", from: 3 }],
  ] as const)("with a wrong %s is a 400", async ([pointer, policy], { expect }) => {
    const answer = post("/api/price-lists/nobodys/import", policy);
    expect(await problemIn(answer)).toMatchObject({ status: 400, pointer });
  });
});

describe("a price list", () => {
  test("is replaced by the next one of its name", async () => {
    const name = unique("list");
    expect((await put(name, "sku,price,currency\n")).status).toBe(201);
    const again = await put(name, "sku,price,currency\r\na,1,EUR\r\n");
    expect([again.status, again.headers.get("etag")]).toEqual([200, expect.stringMatching(/^".+"$/)]);
  });

  test("without a heading is a 400, of another type a 415, of a bad name a 400", async () => {
    expect(await problemIn(put(unique("list"), "a,1,EUR"))).toMatchObject({ status: 400 });
    expect(await problemIn(put(unique("list"), "{}", "application/json"))).toMatchObject({ status: 415 });
    expect(await problemIn(put("Bad_Name", "sku,price,currency\n"))).toMatchObject({ status: 400 });
  });

  test("or an import that does not exist is a 404", async () => {
    const missing = post(`/api/price-lists/${unique("list")}/import`, { onError: "skip" });
    expect(await problemIn(missing)).toMatchObject({ status: 404 });
    for (const path of ["/api/imports/import-nobody", "/api/imports/import-nobody/dead-letters"]) {
      expect(await problemIn(api.call("GET", path))).toMatchObject({ status: 404 });
    }
  });
});
