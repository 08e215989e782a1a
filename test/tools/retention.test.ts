import { expect, test } from "vitest";
import { Retention } from "../../tools/load/retention.ts";

const KEPT_DAYS = 2;
const EARLY = `nothing is purged before ${KEPT_DAYS} days`;
const LATE = `everything is purged after ${KEPT_DAYS} days and the next run`;

/** What is found of a process that was started on the first day, and was there at the end of these days. */
function found(...isThere: readonly boolean[]) {
  const retention = new Retention(KEPT_DAYS);
  for (const [index, is] of isThere.entries())
    retention.endOfDay(index + 1, [{ id: "order-1" }], new Set(is ? ["order-1"] : []));
  const broken = retention.invariants().map((each) => [each.name, each.broken]);
  const { purged } = retention;
  return { purged, isPurged: retention.isPurged("order-1"), broken: Object.fromEntries(broken) as unknown };
}

test.each<[what: string, isThere: readonly boolean[], isPurged: boolean, early: string[], late: string[]]>([
  ["is kept until its time has passed", [true, true, true], false, [], []],
  ["is purged when its time has passed", [true, true, false, false], true, [], []],
  ["is purged by the next run", [true, true, true, true, false], true, [], []],
  ["is purged a day too early", [true, false], true, ["order-1 is gone after 1 days"], []],
  ["is gone at once", [false], true, ["order-1 is gone after 0 days"], []],
  ["is there a day too long", [true, true, true, true, true], false, [], ["order-1 is there after 4 days"]],
])("a process that %s", (_what, isThere, isPurged, early, late) => {
  expect(found(...isThere)).toEqual({
    purged: Number(isPurged),
    isPurged,
    broken: { [EARLY]: early, [LATE]: late },
  });
});

test("only processes that should be gone are counted as such", () => {
  const retention = new Retention(KEPT_DAYS);
  const started = ["one", "two", "three", "four", "five"].map((id) => ({ id }));
  for (const day of started.keys()) retention.endOfDay(day + 1, started.slice(0, day + 1), new Set());
  expect(retention.invariants().map(({ compared }) => compared)).toEqual([5, 1]);
});
