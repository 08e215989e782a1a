import { afterAll, beforeAll, expect, test } from "vitest";
import { ORCHESTRATION_PATTERNS, patternOf } from "../../src/patterns/patterns.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop?.host.stop());

test("every orchestration of the app belongs to a pattern", () => {
  const names = [...shop.host.app.functions.values()]
    .filter(({ triggerType }) => triggerType === "orchestrationtrigger")
    .map(({ name }) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !patternOf(name))).toEqual([]);
  const listed = ORCHESTRATION_PATTERNS.flatMap(({ orchestrators }) => orchestrators.map(({ name }) => name));
  expect(listed.toSorted()).toEqual(names.toSorted());
});
