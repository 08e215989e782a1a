/** The period of a report, as in its request. */
export interface Bounds {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const isDay = (text: string) => !text.includes("T");
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, "2026-11-24".length);

/** The period as instants, the end excluded. A day as `to` is included completely. */
function instantsOf({ from, to }: Bounds): readonly [number, number] {
  return [Date.parse(from), Date.parse(to) + (isDay(to) ? DAY_MS : 0)];
}

/** The number of days in the period, with the first and the last one; 0 if it ends before it begins. */
export function daysOf(bounds: Bounds): { length: number; firstDay: string; lastDay: string } {
  const [start, end] = instantsOf(bounds);
  const last = end - 1;
  const length = end <= start ? 0 : Math.floor(last / DAY_MS) - Math.floor(start / DAY_MS) + 1;
  return { length, firstDay: dayOf(start), lastDay: dayOf(last) };
}

/** Whether an instant is in the period. */
export function isWithin(bounds: Bounds, at: string): boolean {
  const [start, end] = instantsOf(bounds);
  const instant = Date.parse(at);
  return start <= instant && instant < end;
}

/** The part of the period before a day, in whole percent. */
export function percentBefore(bounds: Bounds, day: string): number {
  const { length, firstDay } = daysOf(bounds);
  return Math.floor((100 * (Date.parse(day) - Date.parse(firstDay))) / DAY_MS / length);
}
