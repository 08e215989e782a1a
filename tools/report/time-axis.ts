import type { Axis } from "./plot.ts";

const UNITS = [
  { unit: "s", ms: 1000 },
  { unit: "min", ms: 60_000 },
  { unit: "h", ms: 3_600_000 },
] as const;
/** The most of a unit, before the next one is easier to read. */
const MOST = 180;

/** An axis from 0 for so long, and a length of time in its unit. */
export function timeAxis(longestMs: number): { readonly axis: Axis; readonly place: (ms: number) => number } {
  const { unit, ms } = UNITS.find((each) => longestMs <= MOST * each.ms) ?? UNITS[2];
  return { axis: { unit }, place: (time) => time / ms };
}
