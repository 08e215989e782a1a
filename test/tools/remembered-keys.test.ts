import { expect, test } from "vitest";
import { remember, REMEMBERED } from "../../src/patterns/sales-aggregator/sales.entity.ts";
import type { Ended } from "../../tools/traffic/checks.ts";
import { checkRememberedKeys } from "../../tools/traffic/remembered-keys.ts";

const keysUpTo = (count: number) => Array.from({ length: count }, (_, index) => `order-${index}:00`);
const fingerprints = (keys: readonly string[]) => keys.flatMap((key) => remember([], key) ?? []);

const ENTITY = "/runtime/webhooks/durabletask/entities/productSales/mug-300";

/** What is found if the journal has these keys, and the totals remember those. */
async function found(keys: readonly string[], seen: readonly string[] | undefined) {
  const ended = {
    books: { facts: async () => keys.map((key) => ({ sku: "mug-300", key })) },
    client: { read: async (path: string) => (path === ENTITY && seen ? { seen } : undefined) },
  } as unknown as Ended;
  const { compared, broken } = await checkRememberedKeys(ended);
  return { compared, broken: broken.length };
}

const THREE = keysUpTo(3);
const [all, one] = [fingerprints(THREE), fingerprints(["order-9:00"])];
const MORE = keysUpTo(REMEMBERED + 2);
const lastOnes = fingerprints(MORE).slice(-REMEMBERED);

test.each([
  ["all", THREE, all, { compared: 3, broken: 0 }],
  ["the last ones of many", MORE, lastOnes, { compared: REMEMBERED, broken: 0 }],
  ["what cannot be read", THREE, undefined, { compared: 0, broken: 0 }],
  ["all but one", THREE, all.slice(1), { compared: 3, broken: 1 }],
  ["all, one of them twice", THREE, [...all, ...all.slice(0, 1)], { compared: 3, broken: 1 }],
  [
    "one twice, in place of another one",
    THREE,
    [...all.slice(1), ...all.slice(1, 2)],
    { compared: 3, broken: 1 },
  ],
  ["one that is not in the journal, too", THREE, [...all, ...one], { compared: 3, broken: 1 }],
  [
    "one that is not in the journal, in place of another one",
    THREE,
    [...all.slice(1), ...one],
    { compared: 3, broken: 1 },
  ],
  ["too few of many", MORE, lastOnes.slice(1), { compared: REMEMBERED, broken: 1 }],
  ["more than the last ones", MORE, fingerprints(MORE), { compared: REMEMBERED, broken: 1 }],
])("totals that remember %s", async (_what, keys, seen, expected) => {
  expect(await found(keys, seen)).toEqual(expected);
});
