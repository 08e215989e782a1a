import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TestHost } from "durable-local-host/testing";
import { startShop } from "../../support/shop.ts";
import { Imports } from "./imports.ts";

const STEPS = [
  "splitPriceList",
  "applyPage",
  "readSingles",
  "setPrice",
  "settlePrice",
  "recordFailures",
  "writeDeadLetters",
  "withdrawPage",
  "discardPages",
];

let host: TestHost;
let imports: Imports;

beforeAll(async () => {
  const shop = await startShop();
  host = shop.host;
  imports = new Imports(shop);
});
afterEach(() => {
  for (const step of STEPS) host.activity(step).restore();
});
afterAll(() => host?.stop());

let lists = 0;
/** Imports a plain line, a line that fails once, one without a response, a refused one, and one that always fails. */
async function imported(onError: "retry" | "fail") {
  const of = `lost${++lists}`;
  const skus = [`${of}-plain`, `flaky-1-${of}`, `mute-${of}`, `refused-${of}`, `down-${of}`];
  const policy = { onError, retry: { attempts: 2, firstInterval: "PT1S" } };
  const lines = skus.map((sku) => `${sku},1,EUR`);
  const run = await imports.run(of, lines, policy);
  const dead = (await imports.deadLetters(run.id)).map((line) => line.split(",")[1]?.replace(of, "x"));
  return { status: run.status, progress: run.progress, prices: await imports.prices(...skus), dead };
}

const NONE = [undefined, undefined, undefined, undefined, undefined];
const PLAIN_ONLY = [100, undefined, undefined, undefined, undefined];
const IN_FORCE = [100, 100, 100, undefined, undefined];
const DEAD = ["refused-x", "down-x"];
const tally = (applied: number, failed: number, retried: number) => ({ total: 5, applied, failed, retried });

describe("a step whose result is lost", () => {
  test.each(STEPS)("once (%s) is repeated without a second effect", async (step) => {
    host.activity(step).failAfterRunning(1);
    const isUndo = step === "withdrawPage";
    expect(await imported(isUndo ? "fail" : "retry")).toEqual({
      status: "completed",
      progress: isUndo ? tally(0, 2, 3) : tally(3, 2, step === "setPrice" ? 4 : 3),
      prices: isUndo ? NONE : IN_FORCE,
      dead: DEAD,
    });
  });

  test.each([
    ["splitPriceList", 5, { progress: { ...tally(0, 0, 0), total: 0 }, prices: NONE, dead: [] }],
    // The error says "at least" because the result of the page is unknown.
    ["applyPage", 5, { progress: tally(0, 0, 0), prices: PLAIN_ONLY, dead: [] }],
    ["readSingles", 5, { progress: tally(1, 0, 0), prices: PLAIN_ONLY, dead: [] }],
    ["recordFailures", 5, { progress: tally(3, 2, 3), prices: IN_FORCE, dead: DEAD }],
    ["writeDeadLetters", 5, { progress: tally(3, 2, 3), prices: IN_FORCE, dead: DEAD }],
    ["discardPages", 5, { progress: tally(3, 2, 3), prices: IN_FORCE, dead: DEAD }],
  ])("always (%s, %i tries) fails the import, and its effects remain", async (step, tries, expected) => {
    const before = host.activity(step).calls.length;
    host.activity(step).failAfterRunning();
    expect(await imported("retry")).toEqual({ status: "failed", ...expected });
    expect(host.activity(step).calls.length - before).toBe(tries);
  });

  test("always (settlePrice) ends when the line's orchestration runs again: it detects that the line was given up", async () => {
    host.activity("settlePrice").failAfterRunning();
    const expected = { progress: tally(3, 2, 2), prices: IN_FORCE, dead: DEAD };
    expect(await imported("retry")).toEqual({ status: "completed", ...expected });
  });

  test("always (setPrice) is checked by settlePrice, which detects that the price was set", async () => {
    host.activity("setPrice").failAfterRunning();
    const expected = { progress: tally(3, 2, 4), prices: IN_FORCE, dead: DEAD };
    expect(await imported("retry")).toEqual({ status: "completed", ...expected });
  });

  test("always (withdrawPage, 20 tries) fails the import, and none of its prices is in force", async () => {
    const before = host.activity("withdrawPage").calls.length;
    host.activity("withdrawPage").failAfterRunning();
    expect(await imported("fail")).toMatchObject({ status: "failed", prices: NONE });
    expect(host.activity("withdrawPage").calls.length - before).toBe(20);
  });
});
