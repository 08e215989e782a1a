import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useRowsInView } from "./rows-in-view.ts";

interface VirtualRowsProps {
  /** Of the classes `name-box`, `name-head` and `name-body`. */
  readonly name: string;
  readonly label: string;
  readonly rowHeight: number;
  readonly count: number;
  /** Whether there are no more rows than `count`. */
  readonly isComplete?: boolean;
  /** Identity of a row: what is in view stays there when others come before it. */
  readonly idOf?: (index: number) => string | undefined;
  readonly head: ComponentChildren;
  /** Drawn behind the rows. */
  readonly behind?: ComponentChildren;
  readonly row: (index: number) => ComponentChildren;
  readonly onView?: (from: number, to: number) => void;
}

/** Browsers cannot scroll elements that are much higher. */
const HIGHEST = 8_000_000;

/** A table that draws only the rows in view. */
export function VirtualRows({
  name,
  label,
  rowHeight,
  count,
  isComplete = true,
  idOf = () => undefined,
  head,
  behind,
  row,
  onView = () => undefined,
}: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ id: string | undefined; index: number }>({ id: undefined, index: 0 });
  const view = useRowsInView(box, rowHeight, (from, to) => {
    const first = Math.floor((box.current?.scrollTop ?? 0) / rowHeight);
    anchor.current = { id: idOf(first), index: first };
    onView(from, to);
  });
  useLayoutEffect(() => {
    const { id, index } = anchor.current;
    const element = box.current;
    if (element === null || element.scrollTop < rowHeight || id === undefined || idOf(index) === id) return;
    const moved = [...Array(201).keys()]
      .map((at) => index + at - 100)
      .find((at) => at >= 0 && idOf(at) === id);
    if (moved === undefined) return;
    element.scrollTop += (moved - index) * rowHeight;
    view.measure();
  });
  const to = Math.min(view.to, count);
  const indexes = Array.from({ length: Math.max(0, to - view.from) }, (_, at) => view.from + at);
  return (
    <div
      class={`${name}-box`}
      ref={box}
      onScroll={view.measure}
      tabIndex={0}
      role="table"
      aria-label={label}
      aria-rowcount={isComplete ? count + 1 : -1}
    >
      <div role="rowgroup" class={`${name}-head`}>
        {head}
      </div>
      <div
        role="rowgroup"
        class={`${name}-body`}
        style={{ height: `${Math.min(HIGHEST, count * rowHeight)}px` }}
      >
        {behind}
        <div role="presentation" style={{ transform: `translateY(${view.from * rowHeight}px)` }}>
          {indexes.map(row)}
        </div>
      </div>
    </div>
  );
}
