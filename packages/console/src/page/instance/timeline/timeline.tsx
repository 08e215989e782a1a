import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { useRowsInView } from "../../parts/rows-in-view.ts";
import { useApp } from "../../shell/app-context.ts";
import { stateOf } from "../steps/step.ts";
import { Axis, Lines } from "./axis.tsx";
import type { Frame } from "./bars.tsx";
import { useChildren } from "./children.ts";
import { layoutOf, presentOf } from "./layout.ts";
import { positionOf } from "./segments.ts";
import { isGeneration, orphansOf, ROW_HEIGHT, rowsOf, type TimelineRow } from "./rows.ts";
import { StepDetail } from "../steps/step-detail.tsx";
import { TimelineRowView } from "./timeline-row.tsx";
import { TimelineTools } from "./timeline-tools.tsx";
import { ticksOf } from "./ticks.ts";
import { useGenerations } from "./use-generations.ts";
import { useGridKeys } from "./use-grid-keys.ts";
import { useWidth } from "./use-width.ts";
import { useZoom, useZoomGestures } from "./use-zoom.ts";

/** The children that are open at the same time. */
const MOST_OPEN = 20;
/** Those, and others whose parents ended before them. */
const MOST_READ = 40;

interface Chosen {
  readonly key: string;
  readonly attempt: number;
}

/** What an instance does over time: a row for each step, and the rows of its children in place. */
export function Timeline({ instance }: { readonly instance: InstanceStatus }) {
  const app = useApp();
  const [opened, setOpened] = useState<readonly string[]>([]);
  const [isFolding, setFolding] = useState(true);
  const [chosen, setChosen] = useState<Chosen>();
  const [orphans, setOrphans] = useState<readonly string[]>([]);
  const children = useChildren(
    [...new Set([...opened.filter((id) => !isGeneration(id)), ...orphans])].slice(0, MOST_READ),
  );
  const { earlier, hasUnseen } = useGenerations(instance);
  const rows = useMemo(
    () => rowsOf(instance, new Set(opened), children, earlier),
    [instance, opened, children, earlier],
  );
  const left = orphansOf(rows);
  useEffect(() => setOrphans(left), [JSON.stringify(left)]);
  const isOpen = rows.some(({ step }) => stateOf(step) === "open");
  const now = useMemo(() => presentOf(rows, app.now), [rows, app.now]);
  const present = isOpen ? now : undefined;
  const layout = useMemo(() => layoutOf(rows, present, isFolding), [rows, present, isFolding]);
  const canFold = useMemo(
    () => layout.hasFolds || (!isFolding && layoutOf(rows, present, true).hasFolds),
    [layout],
  );
  const zoom = useZoom(layout);
  const toggle = ({ child }: TimelineRow) => {
    if (child === undefined) return;
    setOpened((old) =>
      child.isOpen ? old.filter((id) => id !== child.id) : [...old, child.id].slice(-MOST_OPEN),
    );
  };
  const row = chosen && rows.find(({ key }) => key === chosen.key);
  return (
    <div class={row === undefined ? "beside" : "beside with-detail"}>
      <TimelineTools
        rows={rows}
        layout={layout}
        zoom={zoom}
        hasUnseen={hasUnseen}
        {...(canFold && { isFolding, onFolding: setFolding })}
      />
      <Grid
        {...{ rows, layout, zoom, now, chosen, toggle }}
        onChoose={(key, attempt) => setChosen({ key, attempt })}
        onLeave={() => setChosen(undefined)}
      />
      {row !== undefined && chosen !== undefined && (
        <StepDetail
          step={row.step}
          at={chosen.attempt}
          now={now}
          onAttempt={(attempt) => setChosen({ key: row.key, attempt })}
          onClose={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

interface GridProps {
  readonly rows: readonly TimelineRow[];
  readonly layout: ReturnType<typeof layoutOf>;
  readonly zoom: ReturnType<typeof useZoom>;
  readonly now: number;
  readonly chosen: Chosen | undefined;
  readonly toggle: (row: TimelineRow) => void;
  readonly onChoose: (key: string, attempt: number) => void;
  readonly onLeave: () => void;
}

function Grid({ rows, layout, zoom, now, chosen, toggle, onChoose, onLeave }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLSpanElement>(null);
  const width = useWidth(track);
  const inView = useRowsInView(box, ROW_HEIGHT);
  useLayoutEffect(inView.measure, [rows.length]);
  useZoomGestures(box, track, zoom);
  const keys = useGridKeys({ box, rows, zoom, toggle, onChoose, onLeave, measure: inView.measure });
  const frame: Frame = { layout, view: zoom.view, width, now };
  const ticks = useMemo(
    () => ticksOf(layout, zoom.view, width),
    [layout, zoom.view.from, zoom.view.to, width],
  );
  const present = layout.now === undefined ? undefined : positionOf(layout.segments, layout.now);
  const shown = rows.slice(inView.from, inView.to);
  const tabbed = keys.active >= inView.from && keys.active < inView.to ? keys.active : inView.from;
  return (
    <div
      class="timeline-box"
      ref={box}
      onScroll={inView.measure}
      onKeyDown={keys.onKeyDown}
      role="treegrid"
      aria-label="Timeline"
      aria-rowcount={rows.length + 1}
    >
      <div class="timeline-row timeline-head" role="row" aria-rowindex={1}>
        <span role="columnheader">Step</span>
        <span role="columnheader" class="track">
          <span class="unseen">Time</span>
          <span class="scale" ref={track}>
            <Axis ticks={ticks} />
          </span>
        </span>
      </div>
      <div class="timeline-body" role="rowgroup" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        <Lines ticks={ticks} now={present && shareOf(present, zoom.view)} />
        <div role="presentation" style={{ transform: `translateY(${inView.from * ROW_HEIGHT}px)` }}>
          {shown.map((row, at) => (
            <TimelineRowView
              key={row.key}
              row={row}
              index={inView.from + at}
              isTabbed={inView.from + at === tabbed}
              frame={frame}
              chosen={chosen?.key === row.key ? chosen.attempt : undefined}
              onToggle={toggle}
              onChoose={onChoose}
              onFocus={keys.setActive}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const shareOf = (position: number, { from, to }: Frame["view"]) => (position - from) / (to - from);
