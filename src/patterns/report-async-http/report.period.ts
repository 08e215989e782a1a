/** What a report covers, as its request says it. */
export interface Bounds {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const isDay = (text: string) => !text.includes("T");
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, "2026-11-24".length);

/** The period as instants, the second one excluded: a day as `to` is in it to its end. */
function instantsOf({ from, to }: Bounds): readonly [number, number] {
  return [Date.parse(from), Date.parse(to) + (isDay(to) ? DAY_MS : 0)];
}

/** How many days the period touches, with the first and the last of them; 0 if it ends before it begins. */
export function daysOf(bounds: Bounds): { length: number; firstDay: string; lastDay: string } {
  const [start, end] = instantsOf(bounds);
  const last = end - 1;
  const length = end <= start ? 0 : Math.floor(last / DAY_MS) - Math.floor(start / DAY_MS) + 1;
  return { length, firstDay: dayOf(start), lastDay: dayOf(last) };
}

/** Whether something that happened then is in the period. */
export function isWithin(bounds: Bounds, at: string): boolean {
  const [start, end] = instantsOf(bounds);
  const instant = Date.parse(at);
  return start <= instant && instant < end;
}

/** How much of the period lies before a day, in whole percent. */
export function percentBefore(bounds: Bounds, day: string): number {
  const { length, firstDay } = daysOf(bounds);
  return Math.floor((100 * (Date.parse(day) - Date.parse(firstDay))) / DAY_MS / length);
}
