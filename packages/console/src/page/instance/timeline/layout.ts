import { comparePoints, lastOf, type Point } from "../steps/step.ts";
import { type Segment, segmentsOf, type Span } from "./segments.ts";
import type { TimelineRow } from "./rows.ts";

/** Where things are drawn: `x` is milliseconds, and a position is the share of the whole width. */
export interface Layout {
  readonly segments: readonly Segment[];
  /** Whether times are too equal to draw them, so that the order of the history takes their place. */
  readonly isByOrder: boolean;
  readonly hasFolds: boolean;
  readonly xOf: (point: Point) => number;
  /** Where what is open ends for now. */
  readonly now: number | undefined;
  /** The time at an `x`. */
  readonly timeAt: (x: number) => number;
}

/** @param now the app's time, where what is open ends for now; undefined if nothing is open */
export function layoutOf(rows: readonly TimelineRow[], now: number | undefined, isFolding: boolean): Layout {
  const present = now === undefined ? undefined : { time: now, order: [Number.POSITIVE_INFINITY] };
  const points = pointsOf(rows, present);
  const isByOrder = areTimesEqual(rows);
  const xs = isByOrder ? xsByOrder(points) : undefined;
  const xOf = (point: Point) => xs?.get(point) ?? point.time;
  const nowX = present && xOf(present);
  const segments = segmentsOf(busySpans(rows, xOf, nowX), points.map(xOf), isFolding);
  return {
    segments,
    isByOrder,
    hasFolds: segments.some(({ isFolded }) => isFolded),
    xOf,
    now: nowX,
    timeAt: xs === undefined ? (x) => x : timesByX(xs),
  };
}

/**
 * The app's time, or the last time in the history if that is later: the page's clock moves once a second, and the
 * clocks of two machines differ.
 */
export function presentOf(rows: readonly TimelineRow[], now: number): number {
  let last = now;
  for (const { step } of rows) {
    for (const { start, end } of [...step.attempts, ...step.waits]) {
      last = Math.max(last, start.time, end?.time ?? 0);
    }
  }
  return last;
}

function pointsOf(rows: readonly TimelineRow[], present: Point | undefined): readonly Point[] {
  const points: Point[] = present === undefined ? [] : [present];
  for (const { step } of rows) {
    for (const { start, end, due, state } of step.attempts) {
      points.push(start);
      if (end !== undefined) points.push(end);
      if (due !== undefined && state === "open") points.push({ time: due, order: start.order });
    }
    if (step.nextAt !== undefined) points.push({ time: step.nextAt, order: lastOf(step).start.order });
    for (const { start, end } of step.waits) points.push(...(end === undefined ? [start] : [start, end]));
  }
  return points;
}

/** In virtual time, most activities take no time at all. */
function areTimesEqual(rows: readonly TimelineRow[]): boolean {
  let [ended, without] = [0, 0];
  for (const { step } of rows) {
    if (step.kind !== "activity") continue;
    for (const { start, end } of step.attempts) {
      if (end === undefined) continue;
      ended += 1;
      if (end.time === start.time) without += 1;
    }
  }
  return without > ended / 2;
}

/** Gives each point a millisecond of its own, in the order of the history. */
function xsByOrder(points: readonly Point[]): ReadonlyMap<Point, number> {
  const xs = new Map<Point, number>();
  let [x, before]: [number, Point | undefined] = [Number.NEGATIVE_INFINITY, undefined];
  for (const point of [...points].sort(comparePoints)) {
    const isSame = before !== undefined && comparePoints(before, point) === 0;
    if (!isSame) x = Math.max(point.time, x + 1);
    xs.set(point, x);
    before = point;
  }
  return xs;
}

function timesByX(xs: ReadonlyMap<Point, number>): (x: number) => number {
  const known = [...xs].map(([{ time }, x]) => [x, time] as const).sort(([a], [b]) => a - b);
  return (wanted) => known.findLast(([x]) => x <= wanted)?.[1] ?? known[0]?.[1] ?? wanted;
}

/** When something ran: a child counts only while its own steps are not shown. */
function busySpans(
  rows: readonly TimelineRow[],
  xOf: (point: Point) => number,
  now: number | undefined,
): readonly Span[] {
  const spans: Span[] = [];
  for (const { step, child } of rows) {
    const isBusy = step.kind === "child" ? child?.isOpen !== true : BUSY.has(step.kind);
    if (!isBusy) continue;
    for (const { start, end } of step.attempts) {
      const from = xOf(start);
      spans.push({ from, to: Math.max(from, end === undefined ? (now ?? from) : xOf(end)) });
    }
  }
  return spans;
}

const BUSY: ReadonlySet<string> = new Set(["activity", "entity", "lock"]);
