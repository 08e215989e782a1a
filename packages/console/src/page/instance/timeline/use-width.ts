import { type RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** The width of an element in pixels, as it changes. */
export function useWidth(element: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(1, entry?.contentRect.width ?? 1)));
    if (element.current !== null) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}
