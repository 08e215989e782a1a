import { globSync } from "node:fs";
import path from "node:path";
import { fail, ROOT } from "./run.ts";

const NAMES_SHOWN = 3;

/** Ends the process with one line if a filter selects no test file: vitest is silent about it if another one does. */
export async function checkFilters(args: readonly string[]): Promise<void> {
  if (args.every((arg) => arg.startsWith("-"))) return;
  const { parseCLI } = await import("vitest/node");
  const { filter } = parseCLI(["vitest", "run", ...args], { allowUnknownOptions: true });
  const files = globSync(["test/**/*.{test,e2e}.ts", "packages/*/test/**/*.test.ts"], {
    cwd: ROOT,
    exclude: (name) => path.basename(name) === "node_modules",
  });
  const wrong = wrongFilter(filter, files.map(comparable));
  if (wrong !== undefined) fail(wrong);
}

/** What is wrong with the first filter that is in no path, with the names that are most like it. */
export function wrongFilter(filters: readonly string[], files: readonly string[]): string | undefined {
  for (const filter of filters) {
    // A filter may name a line.
    const wanted = comparable(path.isAbsolute(filter) ? path.relative(ROOT, filter) : filter).replace(
      /:\d+$/,
      "",
    );
    if (files.some((file) => file.includes(wanted))) continue;
    const names = new Set(files.flatMap((file) => withoutEnding(file).split("/")));
    const near = [...names]
      .map((name) => ({ name, edits: editsBetween(name, path.posix.basename(withoutEnding(wanted))) }))
      .filter(({ name, edits }) => edits <= name.length / 3)
      .toSorted((a, b) => a.edits - b.edits)
      .slice(0, NAMES_SHOWN);
    const like = near.length === 0 ? "" : ` Names like it: ${near.map(({ name }) => name).join(", ")}.`;
    return `No test file has "${filter}" in its path.${like}`;
  }
  return undefined;
}

const comparable = (file: string) => file.replaceAll("\\", "/").replace(/^\.\//, "").toLowerCase();

const withoutEnding = (file: string) => file.replace(/(?:\.(?:test|e2e))?\.ts$/, "");

/** How many letters must be added, removed or replaced. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(a).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(b).entries()) {
      const [left = 0, above = 0, before = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, before + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
