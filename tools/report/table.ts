type Cell = string | number;

/** The lines of a table in Markdown; numbers are in all columns but the first. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const line = (cells: readonly Cell[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heading),
    line(heading.map((_, column) => (column === 0 ? "---" : "---:"))),
    ...rows.map(line),
  ];
}

/**
 * Such a share of the values is not more, in a whole unit. A dash if there are too few to say so: 20 for 0.95, 100 for
 * 0.99.
 *
 * @param share 0.5 is the median, 1 the greatest
 */
function quantileText(values: readonly number[], share: number, unit: string): string {
  const needed = share === 1 || share <= 0.5 ? 1 : 1 / (1 - share);
  return values.length < needed - 0.01 ? "–" : `${Math.round(quantile(values, share))} ${unit}`;
}

/** The median, p95, p99 and the greatest of the values, in a whole unit. A dash where there are too few values. */
export const quantileTexts = (values: readonly number[], unit: string): string[] =>
  [0.5, 0.95, 0.99, 1].map((share) => quantileText(values, share, unit));

/** @param share 0.5 is the median, 1 the greatest */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
