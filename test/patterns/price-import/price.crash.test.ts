import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { Imports } from "./imports.ts";

const RETRY = { attempts: 2, firstInterval: "PT1S" };

test.each([
  ["imported", { onError: "retry", retry: RETRY }, [100, 500, undefined], { applied: 2, failed: 1 }],
  [
    "rolledBack",
    { onError: "fail", retry: RETRY },
    [7, undefined, undefined],
    { applied: 0, failed: 1, undone: 2 },
  ],
])(
  "a list is %s with each line once, although the host dies after any one of its commits",
  { timeout: 120_000 },
  async (kind, body, prices, counts) => {
    const { host, storage } = await startShop({ store: "file" });
    await using _ = host;
    const imports = new Imports({ host, storage });
    let hasDied = true;
    let rounds = 0;
    // Only every second commit, because each round starts the host again, and there are many rounds.
    for (let commits = 0; hasDied; commits += 2) {
      // Each round has its own skus, because faults are counted by import, but prices in force are not.
      const skus = [`c${kind}-${commits}`, `flaky-1-c-${kind}-${commits}`, "refused-c"];
      const before = { importId: "import-0", begunAt: "2020-01-01T00:00:00.000Z" };
      await imports.supplier.setPrices(before, [
        { line: 2, sku: skus[0] ?? "", price: { value: 7, currency: "EUR" } },
      ]);
      await imports.bring("crash", [`${skus[0]},1,EUR`, `${skus[1]},5,EUR`, `${skus[2]},6,EUR`]);
      const id = await imports.start("crash", body);
      hasDied = await host.completeThroughDeath(id, commits);
      const { result } = await imports.find(id);
      expect(result, `host died after ${commits} commits`).toMatchObject({ kind, ...counts });
      expect(await imports.prices(...skus)).toEqual(prices);
      expect(await imports.deadLetters(id)).toEqual([
        "4,refused-c,6.00,EUR,The supplier has taken it out of the range",
      ]);
      rounds += 1;
    }
    expect(rounds).toBeGreaterThan(10);
  },
);
