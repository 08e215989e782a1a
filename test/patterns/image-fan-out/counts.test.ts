import { expect, test } from "vitest";
import { addCounts } from "../../../src/patterns/image-fan-out/lanes/lane.contract.ts";

test("counts of lanes add up", () => {
  const sum = addCounts({ done: 2, failed: 3, renditions: 5 }, { done: 7, failed: 11, renditions: 13 });
  expect(sum).toEqual({ done: 9, failed: 14, renditions: 18 });
});
