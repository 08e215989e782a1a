import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { loadAtOnce } from "../../tools/load/at-once.ts";
import { loadMixed } from "../../tools/load/mixed.ts";
import { loadMonth } from "../../tools/load/month.ts";
import { loadReport, type Part } from "../../tools/load/part.ts";
import { ROOT } from "../../tools/run.ts";

const STARTS = 3;
const [DAYS, KEPT_DAYS] = [5, 2];
const folder = mkdtempSync(path.join(tmpdir(), "load-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let [atOnce, mixed, month]: Part[] = [];
beforeAll(async () => {
  const options = (name: string) => ({
    app: ROOT,
    folder: path.join(folder, name),
    storage: inject("storage"),
    seed: 3,
  });
  [atOnce, mixed, month] = await Promise.all([
    loadAtOnce({ ...options("at-once"), starts: STARTS }),
    loadMixed({ ...options("mixed"), seconds: 5, rate: 5, onQuiet: plant }),
    loadMonth({ ...options("month"), days: DAYS, callsPerDay: 8, keptDays: KEPT_DAYS }),
  ]);
}, 300_000);

/** A charge that no order has made. */
async function plant(storage: Storage): Promise<void> {
  const charge = { orderId: "nobody", idempotencyKey: "nobody", token: "tok_ok" };
  await createSandbox(storage).payments.charge({ ...charge, amount: { value: 100, currency: "EUR" } });
}

const broken = (part: Part | undefined) =>
  part?.invariants.filter((each) => each.broken.length > 0).map(({ name }) => name);

test("starts at once of each pattern are answered and end, each once", () => {
  expect(broken(atOnce)).toEqual([]);
  for (const pattern of ["order", "order, a second time", "refund", "report", "import", "album"]) {
    expect(atOnce?.text).toContainEqual(
      expect.stringMatching(new RegExp(`^\\| ${pattern} \\| ${STARTS} \\| 0 `)),
    );
  }
});

test("a mixed load is compared with the books, and what was planted is found", () => {
  expect(broken(mixed)).toEqual(["no order outside that nobody has placed"]);
  const numberOf = (what: string) =>
    Number(new RegExp(`^\\| ${what} \\| (\\d+) `, "m").exec(mixed?.text.join("\n") ?? "")?.[1]);
  expect(numberOf("asked for")).toBeGreaterThan(20);
  const unsent = mixed?.text.filter((line) => line.startsWith("| starts not sent")) ?? [];
  const left = unsent.reduce((sum, line) => sum + Number(line.split(" | ")[1]), 0);
  expect(numberOf("starts that were sent") + numberOf("reads of the sales") + left).toBe(
    numberOf("asked for"),
  );
  expect(numberOf("… and accepted") + numberOf("… and refused by the shop")).toBe(
    numberOf("starts that were sent"),
  );
  expect(mixed?.text).toContainEqual(
    expect.stringMatching(/^\| \w+ \| [\d.]+ s \| \d+ ms \| \d+ % \| \d+ % \| \d+ ms \| \d+ ms \| \d+ ms \|/),
  );
  expect(mixed?.text).toContainEqual(expect.stringMatching(/^\| all \| [1-9]\d* \| \d+ ms /));
  const acknowledged = readFileSync(path.join(folder, "mixed", "acknowledged.jsonl"), "utf8");
  expect(acknowledged.trim().split("\n").length).toBeGreaterThan(5);
});

test("days pass in virtual time, and ended processes are purged in time", () => {
  expect(broken(month)).toEqual([]);
  expect(month?.invariants.filter(({ compared }) => compared > 0).map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "nothing is left running at the end of a day",
      `nothing is purged before ${KEPT_DAYS} days`,
      `everything is purged after ${KEPT_DAYS} days and the next run`,
    ]),
  );
  expect(month?.text.join("\n")).toMatch(/and [1-9]\d* of them have been purged/);
  expect(month?.text).toContainEqual(expect.stringMatching(new RegExp(`^\\| ${DAYS} \\|`)));
});

test("the report has every part with its plots, and says that an invariant is broken", () => {
  const parts = [atOnce, mixed, month].filter((part) => part !== undefined);
  const { markdown, plots } = loadReport(parts, { command: "npm run load", computer: "a computer" });
  expect(markdown).toContain("- mixed: Broken: no order outside that nobody has placed (1 times).");
  expect(markdown).toMatch(/^- at-once: Every invariant that was tried held: \d+, in \d+ comparisons\.$/m);
  expect(markdown).toContain("| no order outside that nobody has placed | **no** |");
  expect(Object.keys(plots)).toEqual([
    "load-at-once-latency.svg",
    "load-mixed-latency.svg",
    "load-mixed-memory.svg",
    "load-month-memory.svg",
    "load-month-instances.svg",
  ]);
  for (const [name, svg] of Object.entries(plots)) {
    expect(markdown).toContain(`(${name})`);
    expect(svg).not.toMatch(/NaN|Infinity/);
  }
});
