import { performance } from "node:perf_hooks";

/** The repetitions of one measurement, as printed: median and extremes. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @param values one per repetition, at least one */
export function figure(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}

/** Formats as `1,234 (1,100–1,300)`, with a useful number of digits; a single value as `1,234`. */
export function show({ median, min, max }: Figure): string {
  if (min === max) return number(median);
  return `${number(median)} (${number(min)}–${number(max)})`;
}

/** With a useful number of digits. */
export function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 4;
  return value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** The duration of some work in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Runs `work` `count` times with `drivers` parallel loops; returns runs per second. */
export async function rate(
  count: number,
  drivers: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const drive = async () => {
    while (next < count) await work(next++);
  };
  return count / (await seconds(() => Promise.all(Array.from({ length: drivers }, drive))));
}

/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: Figure;
  /** The baseline, measured in the same run; `ratio` is 1 if our result is equal. */
  readonly baseline?: {
    readonly name: string;
    readonly figure: Figure;
    readonly ratio: number;
    readonly goal: number;
  };
  /** The maximum, if there is no baseline. */
  readonly limit?: number;
}

/** The goal of a row, and whether it is met; undefined if it has none. */
export function goalOf({ ours, baseline, limit }: Row): { text: string; isMet: boolean } | undefined {
  if (baseline) return { text: `≥ ${baseline.goal}`, isMet: baseline.ratio >= baseline.goal };
  if (limit !== undefined) return { text: `≤ ${number(limit)}`, isMet: ours.median <= limit };
  return undefined;
}

/** The report of some rows: median, extremes, baseline and ratio, and the goal unless the run is short. */
export function report(rows: readonly Row[], isShort: boolean): string {
  return rows
    .map(({ what, unit, ours, baseline, limit }) => {
      const lines = [what, `  ours      ${show(ours)} ${unit}`];
      if (baseline) {
        lines.push(`  baseline  ${show(baseline.figure)} ${unit}: ${baseline.name}`);
        lines.push(`  ratio     ${baseline.ratio.toFixed(2)}${isShort ? "" : ` (goal ${baseline.goal})`}`);
      }
      if (limit !== undefined && !isShort) lines.push(`  limit     ${limit} ${unit}`);
      return lines.join("\n");
    })
    .join("\n");
}
