import { at, label, picture, TEXT_ON_DARK, TEXT_STYLE } from "./svg.ts";
import { ticks } from "./ticks.ts";

const [WIDTH, HEIGHT] = [900, 360];
const MARGIN = { left: 84, right: 36, top: 56, bottom: 44 };
/** Of most fonts; a wide one must fit, too. */
const LETTER_WIDTH = 7.5;
const LEGEND_LINE = 20;

const COLORS = ["#1f77b4", "#d35400", "#1e8449", "#8e44ad", "#7d6608", "#c2185b"];
const ON_DARK = ["#6cb4ee", "#f5a25d", "#58d68d", "#c39bd3", "#d4b106", "#f48fb1"];
const colored = (colors: readonly string[]) =>
  colors
    .map((color, index) => `circle.s${index} { fill: ${color} } polyline.s${index} { stroke: ${color} }`)
    .join(" ");
const STYLE = `
  ${TEXT_STYLE} .axis { stroke: #999 } .grid { stroke: #ddd }
  .goal { stroke: #c0392b; stroke-dasharray: 6 4 } circle { opacity: 0.75 }
  polyline { fill: none; stroke-width: 1.5 } ${colored(COLORS)}
  @media (prefers-color-scheme: dark) {
    ${TEXT_ON_DARK} .grid { stroke: #444 } .goal { stroke: #ff8a80 } ${colored(ON_DARK)}
  }`;

export interface Axis {
  /** Written after each number. */
  readonly unit: string;
  /** Powers of ten have the same distance. */
  readonly isLog?: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Whether the points of a series are connected. */
  readonly isLine: boolean;
  /** A value of y, drawn as a dashed line with a name. */
  readonly goal?: { readonly value: number; readonly name: string } | undefined;
}

/** An SVG picture. */
export function plotOf({ title, x, y, series, isLine, goal }: Plot): string {
  const points = series.flatMap((each) => each.points);
  const entries = legend(series, goal?.name);
  const top = MARGIN.top + entries.more;
  const bottom = HEIGHT + entries.more - MARGIN.bottom;
  const across = scale(
    x,
    points.map(([value]) => value),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const up = scale(
    y,
    [...points.map(([, value]) => value), ...(goal ? [goal.value] : [])],
    [bottom, top],
    true,
  );
  const line = (height: number, kind: string) =>
    `<line class="${kind}" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at(height)}" y2="${at(height)}"/>`;
  return picture([WIDTH, HEIGHT + entries.more], title, STYLE, [
    label(MARGIN.left, 18, title, "start"),
    ...entries.parts,
    ...up.ticks.flatMap((value) => [
      line(up.place(value), "grid"),
      label(MARGIN.left - 8, up.place(value) + 4, withUnit(value, y), "end"),
    ]),
    ...across.ticks.map((value) => label(across.place(value), bottom + 20, withUnit(value, x))),
    line(bottom, "axis"),
    ...(goal ? [line(up.place(goal.value), "goal")] : []),
    ...series.flatMap((each, index) => {
      const places = each.points.map(([left, top]) => [at(across.place(left)), at(up.place(top))] as const);
      return [
        ...(isLine ? [`<polyline class="s${index}" points="${places.join(" ")}"/>`] : []),
        ...places.map(([cx, cy]) => `<circle class="s${index}" cx="${cx}" cy="${cy}" r="3.5"/>`),
      ];
    }),
  ]);
}

interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** @param isRound whether it ends at a tick, so that no point is beyond the last one */
function scale(
  axis: Axis,
  values: readonly number[],
  [from, to]: readonly [number, number],
  isRound = false,
): Scale {
  const positive = values.filter((value) => value > 0);
  const highest = positive.length === 0 ? 1 : Math.max(...positive);
  if (!axis.isLog) {
    const marks = ticks(highest);
    const [, step = 0] = marks;
    if (isRound && (marks.at(-1) ?? 0) < highest) marks.push((marks.at(-1) ?? 0) + step);
    const end = Math.max(highest, marks.at(-1) ?? 0);
    return { place: (value) => from + (value / end) * (to - from), ticks: marks };
  }
  const low = Math.floor(Math.log10(Math.min(...positive, highest)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(highest)));
  return {
    place: (value) => from + ((Math.max(Math.log10(value), low) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

/** The names of the series and of the goal, in as many lines as they need: `more` is the height of those after the first. */
function legend(
  series: readonly Series[],
  goal?: string,
): { readonly parts: string[]; readonly more: number } {
  let [left, top] = [MARGIN.left, 36];
  const names = [...series.map(({ name }) => name), ...(goal === undefined ? [] : [goal])];
  const parts = names.flatMap((name, index) => {
    const width = 36 + name.length * LETTER_WIDTH;
    if (left > MARGIN.left && left + width > WIDTH) [left, top] = [MARGIN.left, top + LEGEND_LINE];
    const mark =
      index < series.length
        ? `<circle class="s${index}" cx="${left + 5}" cy="${top}" r="4"/>`
        : `<line class="goal" x1="${left - 6}" x2="${left + 10}" y1="${top}" y2="${top}"/>`;
    const entry = [mark, label(left + 14, top + 4, name, "start")];
    left += width;
    return entry;
  });
  return { parts, more: top - 36 };
}

const withUnit = (value: number, { unit }: Axis) =>
  `${value.toLocaleString("en", { maximumSignificantDigits: 3 })} ${unit}`.trimEnd();
