import { expect, test } from "vitest";
import { remember, REMEMBERED } from "../../../src/patterns/sales-aggregator/sales.entity.ts";

test("a key is new once", () => {
  const seen = remember([], "order-1:00");
  expect(seen).toEqual([expect.stringMatching(/^.{10}$/)]);
  expect(remember(seen ?? [], "order-1:00")).toBeUndefined();
  expect(remember(seen ?? [], "order-1:01")).toHaveLength(2);
});

test(`the last ${REMEMBERED} keys are known, older ones forgotten`, () => {
  let seen: string[] = [];
  const keyOf = (n: number) => `order-${n}:00`;
  for (let n = 0; n <= REMEMBERED; n++) seen = remember(seen, keyOf(n)) ?? seen;
  expect(seen).toHaveLength(REMEMBERED);
  for (let n = 1; n <= REMEMBERED; n++) expect(remember(seen, keyOf(n))).toBeUndefined();
  expect(remember(seen, keyOf(0))).toHaveLength(REMEMBERED);
});
