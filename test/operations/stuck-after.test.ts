import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type Duration, toHours } from "../../src/durable/orchestration/duration.ts";
import { ORCHESTRATION_PATTERNS } from "../../src/patterns/patterns.ts";
import { importRequest } from "../../src/patterns/price-import/price.contract.ts";
import { watchRequest } from "../../src/patterns/shipment-monitor/shipment.contract.ts";
import { ROOT } from "../../tools/run.ts";

/** The longest wait of each pattern without an event, besides retries: a healthy instance must not count as stuck. */
const LONGEST_WAITS: Readonly<Record<string, Duration>> = {
  // Longer waits are made of timers of six days.
  "refund-approval": { days: 6 },
  "shipment-monitor": { days: 5 },
  // A line with ten attempts of five minutes, and an hour between two of them.
  "price-import": { hours: 9, minutes: 50 },
};

/** The longest pause between two attempts of a step; five minutes if a policy does not set it. */
function longestRetryHours(pattern: string): number {
  const files = globSync(`src/patterns/${pattern}/**/*.orchestrator.ts`, { cwd: ROOT });
  const texts = files.map((file) => readFileSync(path.join(ROOT, file), "utf8")).join("\n");
  const units = [...texts.matchAll(/maxInterval: \{ (\w+): (\d+) \}/g)];
  return Math.max(5 / 60, ...units.map(([, unit = "", count]) => toHours({ [unit]: Number(count) })));
}

test.each(ORCHESTRATION_PATTERNS)("$name is stuck only after its longest wait", ({ name, stuckAfter }) => {
  const longest = Math.max(longestRetryHours(name), toHours(LONGEST_WAITS[name] ?? {}));
  expect(toHours(stuckAfter), "make stuckAfter in the manifest longer than the longest wait").toBeGreaterThan(
    longest,
  );
});

test("callers cannot request longer waits", () => {
  const watch = (maxInterval: string) =>
    watchRequest.safeParse({ notify: "jo@example.com", maxInterval }).success;
  expect([watch("P5D"), watch("P5DT1S")]).toEqual([true, false]);
  const lines = (attempts: number, maxInterval: string, lineTimeout: string) =>
    importRequest.safeParse({ onError: "retry", retry: { attempts, maxInterval }, lineTimeout }).success;
  expect(lines(10, "PT1H", "PT5M")).toBe(true);
  expect([lines(11, "PT1H", "PT5M"), lines(10, "PT3601S", "PT5M"), lines(10, "PT1H", "PT301S")]).toEqual([
    false,
    false,
    false,
  ]);
});
