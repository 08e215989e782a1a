import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../run.ts";
import { figure, type Row } from "./measure.ts";
import type { Measured } from "./measured.ts";

/** The counts on the cost page, which `npm test -- cost` compares with runs of all patterns: they are not measured twice. */
export function benchStorage(): Promise<Measured> {
  const page = readFileSync(join(ROOT, "docs", "cost.md"), "utf8");
  const own = new Map(tableOf(page, "callsTable").map((cells) => [cells[0], Number(cells.at(-1))]));
  const rows = tableOf(page, "stepsTable").flatMap(([run = "", ...cells]): Row[] => [
    { what: run, unit: "transactions of the task hub", ours: figure([Number(cells.at(-1))]) },
    { what: run, unit: "calls to the shop's storage", ours: figure([own.get(run) ?? Number.NaN]) },
  ]);
  if (rows.length === 0) throw new Error("docs/cost.md has no tables");
  const text = [
    "Counted, the same on every computer: `npm test -- cost` compares them with runs of all patterns.",
    "",
  ];
  return Promise.resolve({ rows, text });
}

/** The cells of each row, without the heading. */
function tableOf(page: string, name: string): string[][] {
  const [, lines = ""] = new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`).exec(page) ?? [];
  return lines
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
