import { type Plot, plotOf } from "../report/plot.ts";
import { table } from "../report/table.ts";
import { before, keyOf, type Run } from "./history.ts";
import { goalOf, number, type Row, show } from "./measure.ts";
import type { Curve, Measured } from "./measured.ts";

const SHOWN_RUNS = 12;

/** A section that was measured. */
export interface Part extends Measured {
  readonly name: string;
  readonly title: string;
}

export interface Report {
  readonly markdown: string;
  /** By file name. */
  readonly plots: Readonly<Record<string, string>>;
}

/**
 * The report of a run in Markdown, and its plots.
 *
 * @param earlier oldest first
 */
export function benchReport(
  parts: readonly Part[],
  run: Run,
  earlier: readonly Run[],
  isShort: boolean,
): Report {
  const plots: Record<string, string> = {};
  const picture = (file: string, plot: Plot) => {
    plots[file] = plotOf(plot);
    return ["", `![${plot.title}](${file})`];
  };
  const markdown = [
    "# Bench report",
    "",
    `Commit ${run.commit}, ${run.date}; Node ${run.node}, ${run.processors}, load average before the run ${run.load}.`,
    "",
    ...(isShort
      ? ["**A short run**: it shows that the bench works; its figures mean nothing."]
      : goals(parts)),
    "",
    "Median (min–max) of one run. A ratio compares with a baseline or lower bound that was measured in turns with it in",
    "the same run, where 1 is equal and more is better.",
    ...(isShort
      ? []
      : ['"before" is the last earlier run on the same processors, or for a ratio on any, with its commit.']),
    "",
    ...parts.flatMap(({ name, title, rows, curves = [], text = [] }) => [
      `## ${title}`,
      "",
      ...text,
      ...(rows.length > 0 ? [...(isShort ? shortTable(rows) : rowTable(rows, run, earlier)), ""] : []),
      ...curves.flatMap((curve, index) => [
        `### ${curve.title}`,
        "",
        ...curveTable(curve),
        ...picture(`${name}-${index + 1}.svg`, plotOfCurve(curve)),
        "",
      ]),
    ]),
    ...(isShort ? [] : historySection([...earlier, run], picture)),
  ];
  return { markdown: markdown.join("\n"), plots };
}

/** How many goals are met, and which are not, in Markdown. */
export function goals(parts: readonly Part[]): string[] {
  const judged = parts.flatMap(({ rows }) => rows.map((row) => ({ row, goal: goalOf(row) })));
  const all = judged.filter(({ goal }) => goal !== undefined);
  const missed = all.filter(({ goal }) => !goal?.isMet);
  if (all.length === 0) return ["None of these sections has a goal."];
  return [
    `**Goals**: ${all.length - missed.length} of ${all.length} are met${missed.length > 0 ? "; missed:" : "."}`,
    ...(missed.length > 0 ? [""] : []),
    ...missed.map(({ row, goal }) => {
      const found = row.baseline ? `ratio ${row.baseline.ratio.toFixed(2)}` : number(row.ours.median);
      return `- ${row.what}, ${row.unit}: ${found}, goal ${goal?.text}`;
    }),
  ];
}

function rowTable(rows: readonly Row[], run: Run, earlier: readonly Run[]): string[] {
  return table(
    ["what", "this run", "baseline", "ratio", "goal", "before"],
    rows.map((row) => {
      const past = before(earlier, keyOf(row), run.processors);
      const told = [
        ...(past.median ? [`${number(past.median.value)} (${past.median.commit})`] : []),
        ...(past.ratio ? [`ratio ${past.ratio.value.toFixed(2)} (${past.ratio.commit})`] : []),
      ];
      const goal = goalOf(row);
      return [
        ...measuredCells(row),
        goal ? `${goal.text}: ${goal.isMet ? "met" : "**missed**"}` : "",
        told.join(", "),
      ];
    }),
  );
}

/** Without anything that a figure could be compared with outside of its run. */
const shortTable = (rows: readonly Row[]) =>
  table(["what", "this run", "baseline", "ratio"], rows.map(measuredCells));

const measuredCells = ({ what, unit, ours, baseline }: Row) => [
  `${what}, ${unit}`,
  show(ours),
  baseline ? `${show(baseline.figure)}, ${baseline.name}` : "",
  baseline ? baseline.ratio.toFixed(2) : "",
];

function curveTable({ of, unit, series }: Curve): string[] {
  const sizes = [...new Set(series.flatMap(({ points }) => points.map(([size]) => size)))].toSorted(
    (a, b) => a - b,
  );
  return table(
    [`${unit} by ${of}`, ...series.map(({ name }) => name)],
    sizes.map((size) => [
      size.toLocaleString("en"),
      ...series.map(({ points }) => {
        const point = points.find(([at]) => at === size);
        return point ? number(point[1]) : "";
      }),
    ]),
  );
}

const plotOfCurve = ({ title, of, unit, series }: Curve): Plot => ({
  title: `${title}: ${unit} by ${of}`,
  x: { unit: "", isLog: true },
  y: { unit: "", isLog: true },
  isLine: true,
  series,
});

/** The ratios of all runs, because only these can be compared. */
function historySection(
  runs: readonly Run[],
  picture: (file: string, plot: Plot) => readonly string[],
): string[] {
  const shown = runs.slice(-SHOWN_RUNS);
  const keys = [...new Set(shown.flatMap(({ ratios }) => Object.keys(ratios)))];
  const series = keys.map((key) => ({
    name: key.replace(/ \([^(]*\)$/, ""),
    points: shown.flatMap(({ ratios }, index) => {
      const ratio = ratios[key];
      return ratio === undefined ? [] : [[index + 1, ratio] as const];
    }),
  }));
  if (keys.length === 0) return [];
  return [
    "## History",
    "",
    "Ratios to the baselines of the same run, the last run last.",
    "",
    ...table(
      ["run", "commit", "date", "load", ...series.map(({ name }) => name)],
      shown.map(({ commit, date, load, ratios }, index) => [
        `${index + 1}`,
        commit,
        date,
        load,
        ...keys.map((key) => ratios[key]?.toFixed(2) ?? ""),
      ]),
    ),
    ...picture("history.svg", {
      title: "Ratios to the baselines, by run",
      x: { unit: "" },
      y: { unit: "" },
      isLine: true,
      series,
    }),
    "",
  ];
}
