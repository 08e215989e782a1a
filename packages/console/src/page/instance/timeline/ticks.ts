import { moment, shortDuration } from "../../parts/time.tsx";
import type { Layout } from "./layout.ts";
import type { Segment } from "./segments.ts";

/** A line with a label on the time axis, at a share of the view. */
export interface Tick {
  readonly at: number;
  readonly label: string;
  readonly kind: "moment" | "step" | "fold";
  /** Of a fold: its share of the view. */
  readonly size?: number;
}

/** The visible part of the axis, in positions. */
export interface View {
  readonly from: number;
  readonly to: number;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .concat([1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * 1000))
  .concat([1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1440, 4320, 8760].map((hours) => hours * 3_600_000));

const YEAR_MS = 8760 * 3_600_000;
const STEP_PX = 64;
const CHARACTER_PX = 6.4;
const FOLD_PX = 26;

const widthOf = (label: string) => label.length * CHARACTER_PX + 10;

/**
 * Labels for the visible part of the axis: the clock's time where a part begins, and from there how much later it is.
 *
 * @param width of the view in pixels
 */
export function ticksOf(layout: Layout, view: View, width: number): readonly Tick[] {
  const ticks: Tick[] = [];
  // Labels do not overlap.
  let freeFrom = 0;
  const add = (tick: Tick, left: number) => {
    const isFree = left >= freeFrom - 1 && left + widthOf(tick.label) <= width + 6;
    if (!isFree && tick.kind === "step") return;
    ticks.push(isFree ? tick : { ...tick, label: "" });
    if (isFree && tick.label !== "") freeFrom = left + widthOf(tick.label);
  };
  for (const part of visibleParts(layout, view, width)) {
    const { segment, left, right } = part;
    if (segment.isFolded) {
      const text = shortDuration(layout.timeAt(segment.to) - layout.timeAt(segment.from));
      const label = right - left >= FOLD_PX ? text : "";
      const size = (right - left) / width;
      add({ at: left / width, size, label, kind: "fold" }, (left + right - widthOf(label)) / 2 + 5);
    } else {
      if (left >= -1) {
        const label = clockTime(layout.timeAt(segment.from), layout.timeAt(layout.segments[0]?.from ?? 0));
        // The first may go over the next parts: an axis without any time would say nothing.
        const room = ticks.length === 0 ? width : Math.min(right, width);
        const fits = widthOf(label) <= room - left;
        add({ at: left / width, label: fits ? label : "", kind: "moment" }, left);
      }
      if (!layout.isByOrder) for (const tick of stepsIn(part, width)) add(tick, tick.at * width);
    }
  }
  return ticks;
}

/** A segment with its edges in pixels of the view. */
interface Part {
  readonly segment: Segment;
  readonly left: number;
  readonly right: number;
}

function visibleParts({ segments }: Layout, { from, to }: View, width: number): readonly Part[] {
  const pixel = (position: number) => ((position - from) / (to - from)) * width;
  return segments
    .map((segment) => ({
      segment,
      left: pixel(segment.start),
      right: pixel(segment.start + segment.size),
    }))
    .filter(({ left, right }) => right >= 0 && left <= width);
}

function stepsIn({ segment, left, right }: Part, width: number): readonly Tick[] {
  const msPerPx = (segment.to - segment.from) / (right - left);
  const step = STEPS.find((size) => size / msPerPx >= STEP_PX) ?? YEAR_MS;
  const ticks: Tick[] = [];
  const first = Math.max(1, Math.ceil((-left * msPerPx) / step));
  const last = Math.min(first + width / STEP_PX, (Math.min(right, width) - left) * (msPerPx / step));
  for (let n = first; n < last; n++) {
    const at = (left + (n * step) / msPerPx) / width;
    ticks.push({ at, label: `+${shortDuration(n * step)}`, kind: "step" });
  }
  return ticks;
}

/** With the date if it is another day than at the beginning. */
function clockTime(time: number, beginning: number): string {
  const date = new Date(time);
  const text = moment(date, date);
  if (date.toDateString() === new Date(beginning).toDateString()) return text;
  return `${date.toLocaleDateString("en", { month: "short", day: "numeric" })} ${text}`;
}
