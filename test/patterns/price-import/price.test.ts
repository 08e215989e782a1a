import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import type { Storage } from "../../../src/storage/storage.ts";
import { SAMPLE_PRICE_LIST } from "../../../tools/make-price-list.ts";
import { startShop } from "../../support/shop.ts";
import { writtenPrice } from "../../support/written-price.ts";
import { Imports } from "./imports.ts";

let host: TestHost;
let storage: Storage;
let imports: Imports;

beforeAll(async () => {
  const shop = await startShop();
  ({ host, storage } = shop);
  imports = new Imports(shop);
});
afterEach(() => {
  const names = ["applyPage", "setPrice", "splitPriceList", "withdrawPage"];
  for (const name of names) host.activity(name).restore();
});
afterAll(() => host?.stop());

const RETRY = {
  onError: "retry",
  retry: { attempts: 3, firstInterval: "PT10S", backoff: 3, maxInterval: "PT20S" },
};

/** The times of setPrice calls for a sku, in seconds after the first call. */
function callsFor(sku: string): number[] {
  const calls = host
    .activity("setPrice")
    .calls.filter(({ input }) => (input as { line: { sku: string } }).line.sku === sku);
  return calls.map(({ at }) => (at - (calls[0]?.at ?? 0)) / 1000);
}

describe("an import", () => {
  test("applies the valid lines, and reports them", async () => {
    const run = await imports.run("plain", ["p-1,1.00,EUR", "p-2,2.00,EUR", "p-3,3.00,USD"], {
      onError: "retry",
    });
    expect(run).toEqual({
      id: expect.stringMatching(/^import-[0-9a-f]{32}$/),
      kind: "import",
      status: "completed",
      progress: { total: 3, applied: 3, failed: 0, retried: 0 },
      result: { kind: "imported", total: 3, applied: 3, failed: 0, retried: 0, repeated: 0 },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      links: { self: `${host.url}/api/imports/${run.id}` },
    });
    expect(await imports.prices("p-1", "p-2", "p-3")).toEqual([100, 200, 300]);
    expect(await imports.deadLetters(run.id)).toEqual([]);
    const price = await host.fetch("/api/prices/p-3");
    expect(await price.json()).toMatchObject({ sku: "p-3", price: { value: 300, currency: "USD" } });
  });

  test("that retries repeats faults with growing pauses, up to the given number of attempts", async () => {
    const run = await imports.run("retried", ["r-1,1,EUR", "flaky-2-r,2,EUR", "down-r,3,EUR"], RETRY);
    expect(run.progress).toEqual({ total: 3, applied: 2, failed: 1, retried: 2 });
    expect(callsFor("flaky-2-r")).toEqual([0, 10, 30]);
    expect(callsFor("down-r")).toEqual([0, 10, 30]);
    const { customStatus } = await host.instance(`${run.id}:line-4`).status();
    expect(customStatus).toEqual({ sku: "down-r", attempt: 3, attempts: 3 });
    expect(await imports.deadLetters(run.id)).toEqual(["4,down-r,3.00,EUR,The supplier's system is down"]);
    expect(await imports.prices("r-1", "flaky-2-r", "down-r")).toEqual([100, 200, undefined]);
    expect(run.result?.deadLetters).toBe(`${host.url}/api/imports/${run.id}/dead-letters`);
  });

  test("never tries a refused line again", async () => {
    const run = await imports.run("refused", ["refused-r,1,EUR", "q-1,1,EUR"], RETRY);
    expect(run.progress).toEqual({ total: 2, applied: 1, failed: 1, retried: 0 });
    expect(callsFor("refused-r")).toEqual([0]);
    expect(await imports.deadLetters(run.id)).toEqual([
      "2,refused-r,1.00,EUR,The supplier has taken it out of the range",
    ]);
  });

  test("that skips does not retry lines, unless it has a retry policy", async () => {
    const run = await imports.run("skipped", ["flaky-1-s,1,EUR", "s-1,1,EUR"], { onError: "skip" });
    expect(run.progress).toEqual({ total: 2, applied: 1, failed: 1, retried: 0 });
    expect(await imports.prices("flaky-1-s")).toEqual([undefined]);
    const retried = await imports.run("skipped", ["flaky-1-t,1,EUR"], {
      onError: "skip",
      retry: { attempts: 2 },
    });
    expect(retried.progress).toEqual({ total: 1, applied: 1, failed: 0, retried: 1 });
  });

  test("counts a line with a lost answer as applied", async () => {
    const run = await imports.run("mute", ["mute-m,5,EUR"], RETRY);
    expect(run.progress).toEqual({ total: 1, applied: 1, failed: 0, retried: 1 });
    expect(await imports.prices("mute-m")).toEqual([500]);
  });

  test("gives up a line that takes too long, and it does not take effect afterwards", async () => {
    const run = await imports.run("slow", ["slow-2-l,1,EUR", "l-1,1,EUR"], {
      onError: "skip",
      lineTimeout: "PT1S",
    });
    expect(run.progress).toEqual({ total: 2, applied: 1, failed: 1, retried: 0 });
    expect(await imports.deadLetters(run.id)).toEqual(["2,slow-2-l,1.00,EUR,No answer within PT1S"]);
    await expect.poll(() => writtenPrice(storage, "slow-2-l"), { timeout: 5000 }).toBe(100);
    expect(await imports.prices("slow-2-l")).toEqual([undefined]);
  });

  test("waits for a slow line within the time limit", async () => {
    const run = await imports.run("slowly", ["slow-1-w,1,EUR"], { onError: "skip", lineTimeout: "PT10S" });
    expect(run.progress).toEqual({ total: 1, applied: 1, failed: 0, retried: 0 });
  });

  test("does not wait for a call that never returns: the timer ends it", async () => {
    const held = host.activity("setPrice").nextCall();
    await imports.bring("hung", ["flaky-1-h,1,EUR"]);
    const id = await imports.start("hung", { ...RETRY, lineTimeout: "PT2S" });
    const call = await held;
    const line = host.instance(`${id}:line-2`);
    await host.advance({ seconds: 2.5 });
    expect(callsFor("flaky-1-h")).toHaveLength(1);
    await host.advance({ seconds: 0.5 });
    await host.advance({ seconds: 10 });
    expect(callsFor("flaky-1-h")).toHaveLength(2);
    call.release();
    await line.completion();
    await host.instance(id).completion();
    expect((await imports.find(id)).progress).toEqual({ total: 1, applied: 1, failed: 0, retried: 1 });
  });

  test("reports invalid lines in the order of the list, next to those that failed", async () => {
    const lines = [
      "v-1,1,EUR",
      "v-2,-1,EUR",
      "refused-v,1,EUR",
      "v-1,1.00,EUR",
      "v-1,2,EUR",
      "=HYPERLINK(1),-3,EUR",
    ];
    const run = await imports.run("dirty", lines, { onError: "skip" });
    expect(run.progress).toEqual({ total: 5, applied: 1, failed: 4, retried: 0 });
    expect(run.result).toMatchObject({ repeated: 1 });
    expect(await imports.deadLetters(run.id)).toEqual([
      "3,v-2,'-1,EUR,the price is negative",
      "4,refused-v,1.00,EUR,The supplier has taken it out of the range",
      "6,v-1,2.00,EUR,line 2 has another price for this sku",
      `7,'=HYPERLINK(1),'-3,EUR,"the sku must be 1 to 64 of A-Z, a-z, 0-9, ., _ and -"`,
    ]);
  });

  test("of the sample list handles each line according to its sku", async () => {
    const response = await imports.put("sample", new Uint8Array(readFileSync(SAMPLE_PRICE_LIST)));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ name: "sample" });
    const id = await imports.start("sample", { ...RETRY, lineTimeout: "PT1S" });
    await host.instance(id).completion();
    const { progress, result } = await imports.find(id);
    expect(progress).toEqual({ total: 1990, applied: 1971, failed: 19, retried: 6 });
    expect(result).toMatchObject({ kind: "imported", repeated: 4 });
    expect(await imports.deadLetters(id)).toHaveLength(19);
  });
});

describe("an import with onError: fail", () => {
  const FAIL = { onError: "fail" };

  test("is rolled back when a line fails, and the earlier prices are in force again", async () => {
    await imports.run("before", ["f-1,1,EUR", "f-2,2,EUR"], FAIL);
    await host.advance({ seconds: 1 });
    const run = await imports.run(
      "failing",
      ["f-1,10,EUR", "f-2,20,EUR", "f-3,30,EUR", "refused-f,1,EUR"],
      FAIL,
    );
    expect(run.status).toBe("completed");
    expect(run.result).toEqual({
      kind: "rolledBack",
      total: 4,
      applied: 0,
      failed: 1,
      retried: 0,
      repeated: 0,
      undone: 3,
      deadLetters: `${host.url}/api/imports/${run.id}/dead-letters`,
    });
    expect(run.progress).toEqual({ total: 4, applied: 0, failed: 1, retried: 0 });
    expect(await imports.prices("f-1", "f-2", "f-3", "refused-f")).toEqual([100, 200, undefined, undefined]);
  });

  test("does not change a price that another import has set since", async () => {
    await imports.run("older", ["c-1,1,EUR"], FAIL);
    await host.advance({ seconds: 1 });
    await imports.bring("taken-back", ["c-1,2,EUR", "flaky-1-c,1,EUR"]);
    const held = host.activity("setPrice").nextCall();
    const id = await imports.start("taken-back", FAIL);
    const call = await held;
    expect(await imports.prices("c-1")).toEqual([200]);
    const since = { importId: "import-since", begunAt: new Date(host.clock.now() + 1000).toISOString() };
    await imports.supplier.setPrices(since, [
      { line: 2, sku: "c-1", price: { value: 300, currency: "EUR" } },
    ]);
    call.release();
    await host.instance(id).completion();
    expect((await imports.find(id)).result?.kind).toBe("rolledBack");
    expect(await imports.prices("c-1")).toEqual([300]);
    await imports.supplier.withdraw(since, ["c-1"]);
    expect(await imports.prices("c-1")).toEqual([100]);
  });

  test("applies no line if a line is invalid", async () => {
    const calls = host.activity("applyPage").calls.length;
    const run = await imports.run("invalid", ["i-1,1,EUR", "i-2,one,EUR"], FAIL);
    expect(run.result).toMatchObject({ kind: "rolledBack", failed: 1, undone: 0 });
    expect(host.activity("applyPage").calls).toHaveLength(calls);
    expect(await imports.deadLetters(run.id)).toHaveLength(1);
  });

  test("succeeds if its retries overcome all faults", async () => {
    const run = await imports.run("passing", ["flaky-2-p,1,EUR"], { ...RETRY, ...FAIL });
    expect(run.result).toMatchObject({ kind: "imported", applied: 1, retried: 1 });
  });

  test("is rolled back when storage fails permanently, and ends as failed", async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => `t-${index},1,EUR`);
    await imports.bring("breaking", lines);
    const apply = host.activity("applyPage");
    for (let call = 2; call <= 20; call++) apply.failOn(apply.calls.length + call, "a secret of the shop");
    const id = await imports.start("breaking", FAIL);
    await host.instance(id).completion();
    const { status, error, result } = await imports.find(id);
    expect(status).toBe("failed");
    expect(error).toEqual({
      type: "interrupted",
      message: "The import could not continue; 0 of 2500 lines are in force",
    });
    expect(result).toBeUndefined();
    expect(await imports.prices("t-0", "t-999", "t-1000")).toEqual([undefined, undefined, undefined]);
  });
});

test("an import whose storage fails permanently ends as failed, and applied lines remain", async () => {
  const lines = Array.from({ length: 1500 }, (_, index) => `k-${index},1,EUR`);
  await imports.bring("halfway", lines);
  const apply = host.activity("applyPage");
  for (let call = 2; call <= 20; call++) apply.failOn(apply.calls.length + call, "a secret of the shop");
  const id = await imports.start("halfway", { onError: "skip" });
  await host.instance(id).completion();
  const { status, error } = await imports.find(id);
  expect(status).toBe("failed");
  expect(error).toEqual({
    type: "interrupted",
    message: "The import could not continue; at least 1000 of 1500 lines are in force",
  });
  expect(await imports.prices("k-0", "k-1499")).toEqual([100, undefined]);
});

test("an import of a list that is replaced before it is read ends as failed", async () => {
  await imports.bring("replaced", ["x-1,1,EUR"]);
  const held = host.activity("splitPriceList").nextCall();
  const id = await imports.start("replaced", { onError: "skip" });
  const call = await held;
  await imports.bring("replaced", ["x-1,2,EUR"]);
  call.release();
  await host.instance(id).completion();
  expect((await imports.find(id)).error).toMatchObject({ type: "priceListReplaced" });
});

describe("progress", () => {
  test("counts running individual lines", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `refused-g${index},1,EUR`);
    await imports.bring("one-by-one", ["g-1,1,EUR", ...lines]);
    const id = await imports.start("one-by-one", { onError: "skip" });
    const held = Array.from({ length: 21 }, () => host.activity("setPrice").nextCall());
    for (const call of held.slice(0, 20)) (await call).release();
    const last = await held[20];
    const { progress, status } = await imports.find(id);
    expect(status).toBe("running");
    expect(progress).toEqual({ total: 31, applied: 1, failed: 20, retried: 0 });
    last?.release();
    await host.instance(id).completion();
    expect((await imports.find(id)).progress).toEqual({ total: 31, applied: 1, failed: 30, retried: 0 });
  });
});

describe("Idempotency-Key", () => {
  test("sent 20 times simultaneously starts one import", async () => {
    await imports.bring("keyed", ["y-1,1,EUR"]);
    const body = { onError: "skip" };
    const responses = await Promise.all(Array.from({ length: 20 }, () => imports.post("keyed", body, "k1")));
    const ids = await Promise.all(responses.map(async (it) => ((await it.json()) as { id: string }).id));
    expect(new Set(ids).size).toBe(1);
    await host.instance(ids[0] ?? "").completion();
    expect((await imports.post("keyed", { onError: "fail" }, "k1")).status).toBe(422);
  });
});
