import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
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
afterEach(() => {
  for (const name of ["recordFailures", "settlePrice"]) host.activity(name).restore();
});
afterAll(() => host?.stop());

const RETRY = {
  onError: "retry",
  retry: { attempts: 3, firstInterval: "PT10S", backoff: 3, maxInterval: "PT20S" },
};

describe("an import with one line with a permanent fault", () => {
  /** On the first page next to the line with the fault, and on a separate page. */
  const others = (run: string) => [`flaky-1-${run}`, `refused-${run}`];
  const lines = (run: string) => [
    `down-${run},9,EUR`,
    ...others(run).map((sku) => `${sku},1,EUR`),
    ...Array.from({ length: 997 }, (_, index) => `${run}-${index},1,EUR`),
    `flaky-1-${run}-2,1,EUR`,
    `refused-${run}-2,1,EUR`,
  ];
  const settles = () => host.activity("settlePrice");

  test("counts the lines that were applied, and reports those that failed", async () => {
    const before = settles().calls.length;
    settles().failAlways("a secret of the shop");
    const run = await imports.run("one-fault", lines("u"), { ...RETRY, onError: "retry" });
    expect(run.status).toBe("failed");
    // Ten tries in each of the four runs of the line's orchestration.
    expect(settles().calls.length - before).toBe(40);
    expect(run.progress).toEqual({ total: 1002, applied: 999, failed: 2, retried: 2 });
    expect(run.error).toEqual({
      type: "interrupted",
      message: "The import could not continue; at least 999 of 1002 lines are in force",
    });
    expect(await imports.prices("flaky-1-u", "flaky-1-u-2", "down-u")).toEqual([100, 100, undefined]);
    expect(await imports.deadLetters(run.id)).toEqual([
      "4,refused-u,1.00,EUR,The supplier has taken it out of the range",
      "1003,refused-u-2,1.00,EUR,The supplier has taken it out of the range",
    ]);
    expect(run.links).toEqual({
      self: `${host.url}/api/imports/${run.id}`,
      deadLetters: `${host.url}/api/imports/${run.id}/dead-letters`,
    });
  });

  test("is rolled back completely with onError fail", async () => {
    settles().failAlways("a secret of the shop");
    const run = await imports.run("all-with-fault", lines("w"), { ...RETRY, onError: "fail" });
    expect(run.error?.message).toContain("; 0 of 1002 lines are in force");
    expect(await imports.prices("w-0", "flaky-1-w", "flaky-1-w-2")).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test("an import that cannot record a failure keeps the failures that it has recorded", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `refused-n${index},1,EUR`);
  const record = host.activity("recordFailures");
  for (let call = 2; call <= 20; call++) record.failOn(record.calls.length + call, "a secret of the shop");
  const run = await imports.run("unrecorded", lines, { onError: "skip" });
  expect(run).toMatchObject({ status: "failed", error: { type: "interrupted" } });
  expect(run.progress).toEqual({ total: 30, applied: 0, failed: 30, retried: 0 });
  expect(await imports.deadLetters(run.id)).toHaveLength(20);
});
