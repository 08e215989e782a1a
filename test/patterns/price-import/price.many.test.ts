import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { Imports } from "./imports.ts";

const LINES = ["m-1,1,EUR", "flaky-1-m,2,EUR", "refused-m,3,EUR"];
const POLICIES = [
  ["retry", { kind: "imported", applied: 2, failed: 1 }],
  ["skip", { kind: "imported", applied: 1, failed: 2 }],
  ["fail", { kind: "rolledBack", applied: 0, failed: 2, undone: 1 }],
] as const;

test("200 simultaneous imports all end, and none is lost", { timeout: 90_000 }, async () => {
  const shop = await startShop();
  await using host = shop.host;
  const imports = new Imports(shop);
  await imports.bring("many", LINES);
  const policies = Array.from({ length: 200 }, (_, index) => POLICIES[index % 3] ?? POLICIES[0]);
  const ids = await Promise.all(policies.map(([onError]) => imports.start("many", { onError })));
  expect(new Set(ids).size).toBe(200);
  for (const [index, id] of ids.entries()) {
    await host.instance(id).completion();
    expect((await imports.find(id)).result).toMatchObject(policies[index]?.[1] ?? {});
  }
  expect((await host.hub.list({ runtimeStatus: ["Pending", "Running"] })).items).toEqual([]);
});
