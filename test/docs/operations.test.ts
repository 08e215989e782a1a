import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ORCHESTRATION_PATTERNS } from "../../src/patterns/patterns.ts";
import { readSettings } from "../../src/settings.ts";
import { ROOT } from "../../tools/run.ts";

/** The tables for operators say what the manifests and the settings say. */

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** The cells of the table with this heading, without the heading. */
function tableOf(page: string, heading: string): string[][] {
  const lines = read(page).split("\n");
  const start = lines.findIndex((line) => line.trim() === heading);
  const rest = lines.slice(start + 2);
  const rows = rest.slice(
    0,
    rest.findIndex((line) => !line.trim().startsWith("|")),
  );
  return rows.map((row) => cellsOf(row));
}

const cellsOf = (row: string) =>
  row
    .trim()
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** `{ hours: 1 }` as `1 hour`. */
const inWords = (duration: object) =>
  Object.entries(duration)
    .map(([unit, count]) => `${count} ${count === 1 ? unit.replace(/s$/, "") : unit}`)
    .join(" ");

test("the page says after what time an instance of each pattern is stuck", () => {
  const expected = ORCHESTRATION_PATTERNS.map(({ name, stuckAfter }) => [name, inWords(stuckAfter)]);
  const rows = tableOf("docs/operations.md", "| pattern | stuck after |");
  expect(rows, "docs/operations.md has a row for each pattern, as its manifest says").toEqual(expected);
});

test("the page says what a restart keeps of each pattern whose manifest has a restartInput", () => {
  const keeping = ORCHESTRATION_PATTERNS.filter(({ restartInput }) => restartInput).map(({ name }) => name);
  const rows = tableOf("docs/operations.md", "| pattern | keeps |");
  expect(
    rows.map(([name]) => name),
    "docs/operations.md has a row for each pattern with a restartInput",
  ).toEqual(keeping);
});

/** A row such as: | `SHOP_REFUND_LIMIT` | `5000` | … */
const DEFAULTS = /^\| `(?<name>SHOP_[A-Z_]+)` +\| `(?<value>[^`]*)` +\|/gm;

const documented = globSync("docs/**/*.md", { cwd: ROOT }).flatMap((page) =>
  [...read(page).matchAll(DEFAULTS)].map(
    ({ groups = {} }) => [page, groups["name"], groups["value"]] as const,
  ),
);

test.each(documented)("%s has the default of %s, %s", (_page, name = "", value = "") => {
  const others = { AzureWebJobsStorage: "UseDevelopmentStorage=true" };
  expect(readSettings({ ...others, [name]: value })).toEqual(readSettings(others));
  // An unknown name would change nothing either.
  expect(read("src/settings.ts")).toContain(`    ${name}: `);
});

test("the defaults of the rescue and of the purge are documented", () => {
  expect(documented.map(([, name]) => name)).toEqual(
    expect.arrayContaining(["SHOP_RESCUE_SCHEDULE", "SHOP_PURGE_SCHEDULE", "SHOP_KEEP_FAILED"]),
  );
});

test("every event that the app logs is described once", () => {
  const sources = globSync("src/**/*.ts", { cwd: ROOT }).map(read).join("\n");
  const logged = [...sources.matchAll(/\.(?:info|warn|error)\(\s*"([a-z]+[A-Z]\w*)"/g)].map(
    ([, name]) => name,
  );
  const page = read("docs/observability.md");
  const rows = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*)(?:, an? \w+)? +\|/gm)].map(
    ([, names = ""]) => names,
  );
  const described = rows.flatMap((names) =>
    [...names.matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(([, name]) => name),
  );
  expect(new Set(logged).size).toBeGreaterThan(5);
  expect(
    [...new Set(logged)].filter((name) => described.filter((other) => other === name).length !== 1),
  ).toEqual([]);
});
