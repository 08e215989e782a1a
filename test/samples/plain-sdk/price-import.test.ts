import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Imports } from "../../patterns/price-import/imports.ts";
import { type Shop, startShop } from "../../support/shop.ts";
import { type PlainApp, startPlainApp } from "./plain-app.ts";

let shop: Shop;
let imports: Imports;
beforeAll(async () => {
  shop = await startShop();
  imports = new Imports(shop);
});
afterEach(() => {
  shop.host.activity("setPrice").restore();
});
afterAll(() => shop?.host.stop());

const MUG = { sku: "mug-300", cents: 1199 };
const PRINT = { sku: "print-10x15", cents: 21 };
const UNKNOWN = { sku: "unknown", cents: 1 };

/** Prices in force; each test restores them. */
function pricesOf({ outside: { catalog } }: PlainApp): number[] {
  return [MUG, PRINT].map(({ sku }) => catalog.price(sku));
}

/** The sample with the same prices as at its start. */
async function startPlain(): Promise<PlainApp> {
  const plain = await startPlainApp();
  plain.outside.catalog.setPrice("mug-300", 1099);
  plain.outside.catalog.setPrice("print-10x15", 19);
  return plain;
}

describe("the plain import", () => {
  test("sets all prices, even if the first attempt of a line fails", async () => {
    await using plain = await startPlain();
    plain.host.activity("setPrice").failOn(1);
    const run = await (await plain.start("price-imports", [MUG, PRINT])).completion();
    expect(run.output).toEqual({ applied: 2 });
    expect(pricesOf(plain)).toEqual([1199, 21]);
  });

  test("restores the prices if a line fails after all attempts", async () => {
    await using plain = await startPlain();
    const run = await (await plain.start("price-imports", [MUG, PRINT, UNKNOWN])).completion();
    expect(run.runtimeStatus).toBe("Failed");
    expect(pricesOf(plain)).toEqual([1099, 19]);
  });
});

describe("one bad line", () => {
  test("fails the whole plain import, after three attempts that could not succeed", async () => {
    await using plain = await startPlain();
    const run = await (await plain.start("price-imports", [MUG, UNKNOWN, PRINT])).completion();
    expect(run.runtimeStatus).toBe("Failed");
    expect(pricesOf(plain)).toEqual([1099, 19]);
    const attempts = plain.host.activity("setPrice").calls.filter(({ input }) => isOf(input, "unknown"));
    expect(attempts).toHaveLength(3);
  });

  test("is a dead letter of our import, after one attempt; the others are in force", async () => {
    const run = await imports.run("bad", ["a-bad,1,EUR", "refused-bad,2,EUR", "c-bad,3,EUR"], {
      onError: "retry",
    });
    expect(run).toMatchObject({ status: "completed", progress: { total: 3, applied: 2, failed: 1 } });
    expect(await imports.prices("a-bad", "refused-bad", "c-bad")).toEqual([100, undefined, 300]);
    expect(await imports.deadLetters(run.id)).toEqual([expect.stringContaining("refused-bad")]);
  });
});

describe("a line whose results are always lost", () => {
  test("remains in force although the plain import has failed", async () => {
    await using plain = await startPlain();
    const setPrice = plain.host.activity("setPrice");
    const first = setPrice.nextCall();
    const run = await plain.start("price-imports", [MUG, PRINT]);
    const held = await first;
    setPrice.failAfterRunning();
    held.release();
    expect((await run.completion()).runtimeStatus).toBe("Failed");
    expect(pricesOf(plain)).toEqual([1199, 19]);
  });

  test("is counted as applied by our import", async () => {
    const run = await imports.run("mute", ["mute-it,1,EUR", "c-mute,3,EUR"], { onError: "retry" });
    expect(run).toMatchObject({ status: "completed", progress: { applied: 2, failed: 0 } });
    expect(await imports.prices("mute-it", "c-mute")).toEqual([100, 300]);
  });

  test("is not in force after a rollback of our import", async () => {
    const lines = ["mute-all,1,EUR", "refused-all,2,EUR"];
    const run = await imports.run("all", lines, { onError: "fail" });
    expect(run.status).toBe("completed");
    expect(await imports.prices("mute-all", "refused-all")).toEqual([undefined, undefined]);
  });
});

describe("one result that is lost", () => {
  test("makes the plain import treat the new price as the old one", async () => {
    await using plain = await startPlain();
    plain.host.activity("setPrice").failAfterRunning(1);
    const run = await (await plain.start("price-imports", [MUG, UNKNOWN])).completion();
    expect(run.runtimeStatus).toBe("Failed");
    expect(pricesOf(plain)).toEqual([1199, 19]);
  });

  test("changes nothing in our import: the earlier price is in force again", async () => {
    await imports.run("before", ["a-again,1,EUR"], { onError: "fail" });
    shop.host.activity("applyPage").failAfterRunning(1);
    const run = await imports.run("after", ["a-again,2,EUR", "refused-again,2,EUR"], { onError: "fail" });
    expect(run.result).toMatchObject({ kind: "rolledBack" });
    expect(await imports.prices("a-again")).toEqual([100]);
  });
});

const isOf = (input: unknown, sku: string) => (input as { sku: string }).sku === sku;
