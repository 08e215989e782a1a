import { Text } from "../../parts/text.tsx";
import { shortDuration } from "../../parts/time.tsx";
import { lastOf, type Step, stateOf } from "../steps/step.ts";
import { Bars, failedOf, type Frame, spokenOf } from "./bars.tsx";
import { KindIcon } from "../steps/kind-icon.tsx";
import type { TimelineRow } from "./rows.ts";

interface TimelineRowProps {
  readonly row: TimelineRow;
  readonly index: number;
  readonly isTabbed: boolean;
  readonly frame: Frame;
  /** The chosen attempt, if the row is chosen. */
  readonly chosen: number | undefined;
  readonly onToggle: (row: TimelineRow) => void;
  readonly onChoose: (key: string, attempt: number) => void;
  readonly onFocus: (index: number) => void;
}

/** What tells one timer from another. */
function lengthOf(step: Step): string | undefined {
  const { due, start } = lastOf(step);
  return step.kind === "timer" && due !== undefined ? `of ${shortDuration(due - start.time)}` : undefined;
}

/** Of what is as it was wished, only the orchestration's word. */
const wordOf = ({ kind, outcome }: Step) =>
  kind === "orchestration" || outcome?.tone !== "wished" ? outcome?.word : undefined;

/** What is said beside a step's name. */
function otherOf({ step, child }: TimelineRow): string | undefined {
  if (step.nextAt !== undefined) return failedOf(step);
  return step.entity?.replace(/^@/, "").replace("@", " ") ?? child?.title ?? lengthOf(step) ?? wordOf(step);
}

export function TimelineRowView({ row, index, isTabbed, frame, chosen, ...on }: TimelineRowProps) {
  const { step, child, depth } = row;
  const other = otherOf(row);
  const choose = ({ target }: MouseEvent) => {
    const attempt = (target as HTMLElement).dataset["attempt"];
    on.onChoose(row.key, attempt === undefined ? step.attempts.length - 1 : Number(attempt));
  };
  const toggle = (event: MouseEvent) => {
    event.stopPropagation();
    on.onToggle(row);
  };
  return (
    <div
      class={`timeline-row${chosen === undefined ? "" : " chosen"}`}
      role="row"
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-selected={chosen !== undefined}
      {...(child !== undefined && { "aria-expanded": child.isOpen })}
      tabIndex={isTabbed ? 0 : -1}
      onFocus={() => on.onFocus(index)}
      onClick={choose}
    >
      <span role="rowheader" class="step-name" style={{ paddingLeft: `${4 + Math.min(depth, 8) * 10}px` }}>
        {child === undefined ? (
          <span class="twist" />
        ) : (
          <button
            type="button"
            class={child.isOpen ? "twist is-open" : "twist"}
            tabIndex={-1}
            aria-label={child.isOpen ? "Hide the child's steps" : "Show the child's steps"}
            onClick={toggle}
          />
        )}
        <KindIcon kind={step.kind} />
        <span class={`step-title is-${stateOf(step)}`}>
          <Text value={step.name} most={120} />
        </span>
        {other !== undefined && (
          <span class="of">
            <Text value={other} most={80} />
          </span>
        )}
        {row.note !== undefined && (
          <span class="row-note">
            <Text value={row.note} />
          </span>
        )}
      </span>
      <span role="gridcell" class="track">
        <span class="unseen">{spokenOf(step, frame.now)}</span>
        <span class="scale" aria-hidden="true">
          <Bars step={step} frame={frame} chosen={chosen} />
        </span>
      </span>
    </div>
  );
}
