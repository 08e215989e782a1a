import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHECKS } from "../../tools/library-versions/checks.ts";
import { ROOT } from "../../tools/run.ts";

const [head = [], rule = [], ...rows] = readFileSync(join(ROOT, "docs", "library-versions.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const NO_TIMER = "no: Orchestrator function 'timer' failed: (0 , util_1.isDate) is not a function";

function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

function column(index: number): readonly string[] {
  return [...new Set(rows.map((row) => row[index] ?? ""))];
}

function installed(name: string): string {
  const manifest = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

test("the table has a column for each check", () => {
  expect(head).toEqual(["@azure/functions", "durable-functions", "Node", "starts", ...CHECKS]);
  expect(rule.every((cell) => /^-+$/.test(cell))).toBe(true);
  for (const row of rows) expect(row).toHaveLength(head.length);
});

test("it has all minor versions of @azure/functions, the versions that this repository uses, and both versions of Node", () => {
  const functions = column(0).map((version) => Number(version.split(".")[1]));
  expect(functions).toEqual(functions.map((_, index) => index));
  expect(column(0).map(minorOf)).toContain(minorOf(installed("@azure/functions")));
  expect(column(1).map(minorOf)).toContain("3.0");
  expect(column(1).map(minorOf)).toContain(minorOf(installed("durable-functions")));
  expect(column(2).map((version) => version.split(".")[0])).toEqual(["22", "24"]);
  const pairs = new Set(rows.map(([functions, durable]) => `${functions} ${durable}`));
  expect(rows).toHaveLength(2 * pairs.size);
});

describe("every version starts and passes all checks, except timers before durable-functions 3.3.1 on Node 24:", () => {
  test.each(rows)("%s with %s on Node %s", (functions, durable = "", node = "", starts, ...cells) => {
    expect(starts).toBe("yes");
    const canStream = Number(functions?.split(".")[1]) >= 3;
    const hasTimers = !/^3\.(?:[012]\.|3\.0)/.test(durable) || node.startsWith("22.");
    const expected = CHECKS.map((name) => {
      if (name === "timer" && !hasTimers) return NO_TIMER;
      return name === "HTTP stream" && !canStream ? "–" : "yes";
    });
    expect(cells).toEqual(expected);
  });
});
