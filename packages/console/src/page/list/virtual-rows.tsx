import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

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
const OVERSCAN = 8;

/** A table that draws only the rows in view. */
export function VirtualRows({ label, count, isComplete, idOf, head, row, onView }: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ from: 0, to: 60 });
  const anchor = useRef<{ id: string | undefined; index: number }>({ id: undefined, index: 0 });
  const measure = () => {
    const element = box.current;
    if (element === null) return;
    const first = Math.floor(element.scrollTop / ROW_HEIGHT);
    anchor.current = { id: idOf(first), index: first };
    const from = Math.max(0, first - OVERSCAN);
    const to = first + Math.ceil(element.clientHeight / ROW_HEIGHT) + OVERSCAN;
    setView((old) => (old.from === from && old.to === to ? old : { from, to }));
    onView(from, to);
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { id, index } = anchor.current;
    const element = box.current;
    if (element === null || element.scrollTop < ROW_HEIGHT || id === undefined || idOf(index) === id) return;
    const moved = [...Array(201).keys()]
      .map((at) => index + at - 100)
      .find((at) => at >= 0 && idOf(at) === id);
    if (moved === undefined) return;
    element.scrollTop += (moved - index) * ROW_HEIGHT;
    measure();
  });
  const to = Math.min(view.to, count);
  const indexes = Array.from({ length: Math.max(0, to - view.from) }, (_, at) => view.from + at);
  return (
    <div
      class="rows"
      ref={box}
      onScroll={measure}
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
