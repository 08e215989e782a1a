import { shortDuration } from "../../parts/time.tsx";
import { type Attempt, firstOf, isMark, lastOf, type Step, stateOf, timeTaken } from "../steps/step.ts";
import type { Layout } from "./layout.ts";
import { positionOf } from "./segments.ts";
import type { View } from "./ticks.ts";

export interface Frame {
  readonly layout: Layout;
  readonly view: View;
  /** Of the bars' area, in pixels. */
  readonly width: number;
  /** The app's time. */
  readonly now: number;
}

interface BarsProps {
  readonly step: Step;
  readonly frame: Frame;
  /** The chosen attempt, if the row is chosen. */
  readonly chosen: number | undefined;
}

/** Shares of the view. */
interface Place {
  readonly left: number;
  readonly right: number;
}

/** What is drawn of a step: a bar for each attempt, thin lines between them, and how long it took. */
export function Bars({ step, frame, chosen }: BarsProps) {
  if (isMark(step)) return <Mark step={step} frame={frame} isChosen={chosen !== undefined} />;
  const due = dueOf(step, frame);
  return (
    <>
      {step.waits.map((wait, at) => (
        <Piece
          key={`wait ${at}`}
          class={step.kind === "orchestration" ? "hold" : wait.end === undefined ? "wait is-open" : "wait"}
          place={placeOf(frame, wait)}
        />
      ))}
      {visibleAttempts(step, frame).map(({ attempt, at, place }) => (
        <Piece
          key={at}
          at={at}
          class={`span span-${step.kind} is-${attempt.state}${toneOf(step, at)}${chosen === at ? " chosen" : ""}`}
          place={place}
        />
      ))}
      {due !== undefined && <Piece class={`due due-${step.kind}`} place={due} />}
      <Label step={step} frame={frame} />
    </>
  );
}

/** Of the attempt that gave the result. */
const toneOf = ({ outcome, attempts }: Step, at: number) =>
  outcome === undefined || at < attempts.length - 1 ? "" : ` tone-${outcome.tone}`;

interface PieceProps {
  readonly class: string;
  readonly place: Place;
  readonly at?: number;
}

function Piece({ class: name, place, at }: PieceProps) {
  if (place.right < 0 || place.left > 1) return null;
  const left = Math.max(place.left, -0.01);
  const right = Math.min(place.right, 1);
  return (
    <span
      class={name}
      data-attempt={at}
      style={{ left: percent(left), width: percent(Math.max(0, right - left)) }}
    />
  );
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

function placeOf({ layout, view }: Frame, { start, end }: Pick<Attempt, "start" | "end">): Place {
  const share = (x: number) => (positionOf(layout.segments, x) - view.from) / (view.to - view.from);
  const from = layout.xOf(start);
  return {
    left: share(from),
    right: share(Math.max(from, end === undefined ? (layout.now ?? from) : layout.xOf(end))),
  };
}

/** Attempts in view; of many that would be drawn on the same pixel, the last. */
function visibleAttempts(step: Step, frame: Frame) {
  const visible: { attempt: Attempt; at: number; place: Place }[] = [];
  for (const [at, attempt] of step.attempts.entries()) {
    const place = placeOf(frame, attempt);
    if (place.right < 0 || place.left > 1) continue;
    const last = visible.at(-1);
    const isHidden = last !== undefined && (place.right - last.place.left) * frame.width < 2;
    if (isHidden) visible.pop();
    visible.push({ attempt, at, place });
  }
  return visible;
}

function Mark({
  step,
  frame,
  isChosen,
}: {
  readonly step: Step;
  readonly frame: Frame;
  readonly isChosen: boolean;
}) {
  const { left } = placeOf(frame, firstOf(step));
  if (left < -0.01 || left > 1) return null;
  return (
    <span
      class={`mark mark-${step.kind}${isChosen ? " chosen" : ""}`}
      data-attempt={0}
      style={{ left: percent(left) }}
    />
  );
}

/** When what is open goes on: a timer fires, or a call is tried again. */
function goesOnAt(step: Step): number | undefined {
  const { due, state } = lastOf(step);
  return step.nextAt ?? (step.kind === "timer" && state === "open" ? due : undefined);
}

/** The rest of a timer, until it is due. */
function dueOf(step: Step, frame: Frame): Place | undefined {
  const due = goesOnAt(step);
  if (due === undefined || frame.layout.now === undefined) return undefined;
  const { start } = lastOf(step);
  const left = placeOf(frame, { start, end: undefined }).right;
  const { right } = placeOf(frame, { start, end: { time: due, order: start.order } });
  return right > left ? { left, right } : undefined;
}

/** How long it took, beside the end of the bar: right of the time axis there is always room for it. */
function Label({ step, frame }: Omit<BarsProps, "chosen">) {
  const { left } = placeOf(frame, firstOf(step));
  const { start, end } = lastOf(step);
  const reached = { start, end: step.nextAt === undefined ? end : undefined };
  const right = Math.max(placeOf(frame, reached).right, dueOf(step, frame)?.right ?? 0);
  if (left > 1 || right < 0) return null;
  const text = labelOf(step, frame);
  if (text === "") return null;
  return (
    <span class="took" style={{ left: percent(Math.min(right, 1)) }}>
      {text}
    </span>
  );
}

function labelOf(step: Step, { layout, now }: Frame): string {
  const tries = step.attempts.length > 1 ? `×${step.attempts.length} · ` : "";
  const due = goesOnAt(step);
  if (due !== undefined && due > now) return `in ${shortDuration(due - now)}`;
  const taken = timeTaken(step, now);
  return layout.isByOrder && taken === 0 ? "" : tries + shortDuration(taken);
}

const STATES = { completed: "completed", failed: "failed", open: "not ended", dropped: "dropped" } as const;

/** Of a call whose retry waits. */
export const failedOf = ({ attempts }: Step) => `attempt ${attempts.length} failed`;

const waitOf = (nextAt: number, now: number) =>
  nextAt > now ? `next in ${shortDuration(nextAt - now)}` : "next is due";

/** For people who do not see the bars. */
export function spokenOf(step: Step, now: number): string {
  if (isMark(step)) return "";
  if (step.nextAt !== undefined) return `${failedOf(step)}, ${waitOf(step.nextAt, now)}`;
  const tries = step.attempts.length > 1 ? `, ${step.attempts.length} attempts` : "";
  return `${STATES[stateOf(step)]}${tries}, ${shortDuration(timeTaken(step, now))}`;
}
