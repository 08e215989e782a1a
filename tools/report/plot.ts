import { at, label, picture, TEXT_ON_DARK, TEXT_STYLE } from "./svg.ts";
import { ticks } from "./ticks.ts";

const [WIDTH, HEIGHT] = [900, 360];
const MARGIN = { left: 84, right: 36, top: 56, bottom: 44 };
const LETTER_WIDTH = 7;

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
  /** A value of y, drawn as a dashed line. */
  readonly goal?: number | undefined;
}

/** An SVG picture. */
export function plotOf({ title, x, y, series, isLine, goal }: Plot): string {
  const points = series.flatMap((each) => each.points);
  const across = scale(
    x,
    points.map(([value]) => value),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const up = scale(
    y,
    [...points.map(([, value]) => value), ...(goal === undefined ? [] : [goal * 1.2])],
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const line = (height: number, kind: string) =>
    `<line class="${kind}" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at(height)}" y2="${at(height)}"/>`;
  return picture([WIDTH, HEIGHT], title, STYLE, [
    label(MARGIN.left, 18, title, "start"),
    ...legend(series),
    ...up.ticks.flatMap((value) => [
      line(up.place(value), "grid"),
      label(MARGIN.left - 8, up.place(value) + 4, withUnit(value, y), "end"),
    ]),
    ...across.ticks.map((value) =>
      label(across.place(value), HEIGHT - MARGIN.bottom + 20, withUnit(value, x)),
    ),
    line(HEIGHT - MARGIN.bottom, "axis"),
    ...(goal === undefined ? [] : [line(up.place(goal), "goal")]),
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

function scale(axis: Axis, values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const highest = positive.length === 0 ? 1 : Math.max(...positive);
  if (!axis.isLog) {
    return { place: (value) => from + (value / highest) * (to - from), ticks: ticks(highest) };
  }
  const low = Math.floor(Math.log10(Math.min(...positive, highest)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(highest)));
  return {
    place: (value) => from + ((Math.max(Math.log10(value), low) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

function legend(series: readonly Series[]): string[] {
  let left = MARGIN.left;
  return series.flatMap(({ name }, index) => {
    const entry = [
      `<circle class="s${index}" cx="${left + 5}" cy="36" r="4"/>`,
      label(left + 14, 40, name, "start"),
    ];
    left += 36 + name.length * LETTER_WIDTH;
    return entry;
  });
}

const withUnit = (value: number, { unit }: Axis) =>
  `${value.toLocaleString("en", { maximumSignificantDigits: 3 })} ${unit}`.trimEnd();
