import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { Imports } from "./imports.ts";

const LINES = 100_000;
const HISTORIES = ["", ":page-0", ":page-19"];

test(
  "a list of 100,000 lines is imported with short histories and pages of bounded size",
  { timeout: 300_000 },
  async () => {
    const shop = await startShop();
    await using host = shop.host;
    const imports = new Imports(shop);
    const lines = Array.from(
      { length: LINES },
      (_, index) => `${index % 500 === 0 ? "flaky-1-" : ""}large-${index},${index % 100}.50,EUR`,
    );
    await imports.bring("large", lines);
    const id = await imports.start("large", { onError: "retry" });

    let longest = 0;
    const looking = setInterval(() => {
      for (const suffix of HISTORIES) {
        void host.hub.history(`${id}${suffix}`).then((events) => {
          longest = Math.max(longest, events.length);
        });
      }
    }, 20);
    await host.instance(id).completion();
    clearInterval(looking);

    const { progress, result } = await imports.find(id);
    expect(progress).toEqual({ total: LINES, applied: LINES, failed: 0, retried: LINES / 500 });
    expect(result?.kind).toBe("imported");
    expect(longest).toBeGreaterThan(100);
    expect(longest).toBeLessThan(200);
    // The engine's messages contain page numbers and counts, not lines.
    for (const { input, outcome } of host.activity("applyPage").calls) {
      expect(JSON.stringify([input, outcome]).length).toBeLessThan(300);
    }
    expect(await imports.prices("large-99999", "flaky-1-large-0")).toEqual([9950, 50]);
  },
);
