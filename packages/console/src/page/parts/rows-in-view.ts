import { type RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

export interface RowsInView {
  readonly from: number;
  readonly to: number;
  /** After the box was scrolled. */
  readonly measure: () => void;
}

const OVERSCAN = 8;
/** Before the box is measured. */
const AT_FIRST = 60;

/**
 * Which rows of a scrolled box are in view, with some around them.
 *
 * @param onView called with each change
 */
export function useRowsInView(
  box: RefObject<HTMLElement>,
  rowHeight: number,
  onView: (from: number, to: number) => void = () => undefined,
): RowsInView {
  const [view, setView] = useState({ from: 0, to: AT_FIRST });
  const measure = () => {
    const element = box.current;
    if (element === null) return;
    const first = Math.floor(element.scrollTop / rowHeight);
    const from = Math.max(0, first - OVERSCAN);
    const to = first + Math.ceil(element.clientHeight / rowHeight) + OVERSCAN;
    setView((old) => (old.from === from && old.to === to ? old : { from, to }));
    onView(from, to);
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { ...view, measure };
}
