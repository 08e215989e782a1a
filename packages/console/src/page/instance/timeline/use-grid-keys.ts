import { type RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ROW_HEIGHT, type TimelineRow } from "./rows.ts";
import { PAN, type Zoom, ZOOM } from "./use-zoom.ts";

interface GridKeys {
  /** Index of the row that Tab reaches. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

interface Grid {
  readonly box: RefObject<HTMLElement>;
  readonly rows: readonly TimelineRow[];
  readonly zoom: Zoom;
  readonly toggle: (row: TimelineRow) => void;
  readonly onChoose: (key: string, attempt: number) => void;
  readonly onLeave: () => void;
  /** To be called after scrolling. */
  readonly measure: () => void;
}

/** The keys of the ARIA pattern for tree grids whose rows get the focus, and + - 0 and Shift with arrows for the time. */
export function useGridKeys({ box, rows, zoom, toggle, onChoose, onLeave, measure }: Grid): GridKeys {
  const [active, setActive] = useState(0);
  const wanted = useRef<number>();
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const row = box.current?.querySelector<HTMLElement>(`[aria-rowindex="${wanted.current + 2}"]`);
    if (row === null || row === undefined) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  });
  const go = (index: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, index));
    const element = box.current;
    if (element === null) return;
    wanted.current = next;
    setActive(next);
    const room = element.clientHeight - 2 * ROW_HEIGHT;
    const top = next * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    measure();
  };
  const page = () => Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
  const actions: Readonly<Record<string, (row: TimelineRow) => void>> = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    PageDown: () => go(active + page()),
    PageUp: () => go(active - page()),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowRight: (row) => row.child?.isOpen === false && toggle(row),
    ArrowLeft: (row) => (row.child?.isOpen ? toggle(row) : go(parentOf(rows, active))),
    Enter: (row) => onChoose(row.key, row.step.attempts.length - 1),
    " ": (row) => onChoose(row.key, row.step.attempts.length - 1),
    Escape: onLeave,
    "+": () => zoom.zoom(ZOOM),
    "-": () => zoom.zoom(1 / ZOOM),
    "0": zoom.fit,
    "Shift ArrowRight": () => zoom.pan(PAN),
    "Shift ArrowLeft": () => zoom.pan(-PAN),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isArrow = event.key.startsWith("Arrow");
    const action = actions[event.shiftKey && isArrow ? `Shift ${event.key}` : event.key];
    const row = rows[active];
    if (action === undefined || row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(row);
  };
  return { active, setActive, onKeyDown };
}

/** The row that this one is below, or itself. */
function parentOf(rows: readonly TimelineRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  for (let at = index - 1; at >= 0; at--) {
    if ((rows[at]?.depth ?? 0) < depth) return at;
  }
  return index;
}
