import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { fail } from "../run.ts";
import { commit, processors, today } from "../report/computer.ts";
import type { Row } from "./measure.ts";
import type { Measured } from "./measured.ts";

/** A run of the bench: one line of a history file. */
export interface Run {
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  readonly processors: string;
  /** Average number of processes that wanted a processor in the minute before. */
  readonly load: number;
  /** By the keys of rows; of growing things, one for each size. */
  readonly medians: Readonly<Record<string, number>>;
  /** Ours to the baseline; 1 is equal. They can be compared between computers. */
  readonly ratios: Readonly<Record<string, number>>;
}

export const keyOf = ({ what, unit }: Row) => `${what} (${unit})`;

/** @param load measured before the run, which is itself a load */
export function runOf(sections: readonly Measured[], load: number): Run {
  const rows = sections.flatMap((each) => each.rows);
  const curves = sections.flatMap((each) => each.curves ?? []);
  const sizes = curves.flatMap(({ title, of, unit, series }) =>
    series.flatMap(({ name, points }) =>
      points.map(([size, value]) => [`${title}, ${name}: ${size} ${of} (${unit})`, value] as const),
    ),
  );
  return {
    commit: commit(),
    date: today(),
    node: process.versions.node,
    processors: processors(),
    load: Number(load.toFixed(1)),
    medians: rounded([...rows.map((row) => [keyOf(row), row.ours.median] as const), ...sizes]),
    ratios: rounded(rows.flatMap((row) => (row.baseline ? [[keyOf(row), row.baseline.ratio] as const] : []))),
  };
}

const rounded = (entries: readonly (readonly [string, number])[]) =>
  Object.fromEntries(entries.map(([key, value]) => [key, Number(value.toPrecision(4))]));

/** The runs in a file, oldest first. Ends the process with one line if it has another line than runs. */
export function readRuns(file: string): Run[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    return runIn(line) ?? fail(`${file}: line ${index + 1} is not a run; correct it, or delete it.`);
  });
}

function runIn(line: string): Run | undefined {
  try {
    const run = JSON.parse(line) as Partial<Run> | null;
    return run?.medians && run.ratios ? (run as Run) : undefined;
  } catch {
    return undefined;
  }
}

export function addRun(file: string, run: Run): void {
  appendFileSync(file, `${JSON.stringify(run)}\n`);
}

/** The last run that has this row: of an absolute figure, on the same processors. */
export function before(runs: readonly Run[], key: string, processors: string) {
  const median = runs.findLast((run) => run.processors === processors && key in run.medians);
  const ratio = runs.findLast((run) => key in run.ratios);
  return {
    median: median && { commit: median.commit, value: median.medians[key] ?? Number.NaN },
    ratio: ratio && { commit: ratio.commit, value: ratio.ratios[key] ?? Number.NaN },
  };
}
