import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useRowsInView } from "../parts/rows-in-view.ts";

interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  /** Whether there are no more rows than `count`. */
  readonly isComplete: boolean;
  /** Identity of a row: what is in view stays there when others come before it. */
  readonly idOf: (index: number) => string | undefined;
  readonly head: ComponentChildren;
  readonly row: (index: number) => ComponentChildren;
  readonly onView: (from: number, to: number) => void;
}

export const ROW_HEIGHT = 36;
/** Browsers cannot scroll elements that are much higher. */
const HIGHEST = 8_000_000;

/** A table that draws only the rows in view. */
export function VirtualRows({ label, count, isComplete, idOf, head, row, onView }: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ id: string | undefined; index: number }>({ id: undefined, index: 0 });
  const view = useRowsInView(box, ROW_HEIGHT, (from, to) => {
    const first = Math.floor((box.current?.scrollTop ?? 0) / ROW_HEIGHT);
    anchor.current = { id: idOf(first), index: first };
    onView(from, to);
  });
  useLayoutEffect(() => {
    const { id, index } = anchor.current;
    const element = box.current;
    if (element === null || element.scrollTop < ROW_HEIGHT || id === undefined || idOf(index) === id) return;
    const moved = [...Array(201).keys()]
      .map((at) => index + at - 100)
      .find((at) => at >= 0 && idOf(at) === id);
    if (moved === undefined) return;
    element.scrollTop += (moved - index) * ROW_HEIGHT;
    view.measure();
  });
  const to = Math.min(view.to, count);
  const indexes = Array.from({ length: Math.max(0, to - view.from) }, (_, at) => view.from + at);
  return (
    <div
      class="rows"
      ref={box}
      onScroll={view.measure}
      tabIndex={0}
      role="table"
      aria-label={label}
      aria-rowcount={isComplete ? count + 1 : -1}
    >
      <div role="rowgroup" class="rows-head">
        {head}
      </div>
      <div role="rowgroup" class="rows-body" style={{ height: `${Math.min(HIGHEST, count * ROW_HEIGHT)}px` }}>
        <div class="rows-drawn" style={{ transform: `translateY(${view.from * ROW_HEIGHT}px)` }}>
          {indexes.map(row)}
        </div>
      </div>
    </div>
  );
}
