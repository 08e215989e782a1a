import { type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Layout } from "./layout.ts";
import { positionOf, type Span, xAt } from "./segments.ts";
import type { View } from "./ticks.ts";

export interface Zoom {
  /** What is visible, in positions. */
  readonly view: View;
  readonly isZoomed: boolean;
  /** @param center of the view that stays where it is, as a share of the view */
  readonly zoom: (factor: number, center?: number) => void;
  /** Moves by a share of the view. */
  readonly pan: (share: number) => void;
  readonly fit: () => void;
}

/** What one press does. */
export const ZOOM = 0.6;
export const PAN = 0.25;

const SMALLEST = 1e-6;
const WHOLE: View = { from: 0, to: 1 };

/** The visible part of the time axis. It is kept as times, so that it stays when the history grows. */
export function useZoom(layout: Layout): Zoom {
  const [span, setSpan] = useState<Span>();
  const { segments } = layout;
  const view = span === undefined ? WHOLE : limited(segments, span);
  const show = (from: number, size: number) => {
    if (size >= 1) return setSpan(undefined);
    const start = Math.min(1 - size, Math.max(0, from));
    setSpan({ from: xAt(segments, start), to: xAt(segments, start + size) });
  };
  const size = view.to - view.from;
  return {
    view,
    isZoomed: span !== undefined,
    zoom: (factor, center = 0.5) => {
      const next = Math.max(SMALLEST, size * factor);
      show(view.from + (size - next) * center, next);
    },
    pan: (share) => show(view.from + size * share, size),
    fit: () => setSpan(undefined),
  };
}

function limited(segments: Layout["segments"], { from, to }: Span): View {
  const start = positionOf(segments, from);
  return { from: start, to: Math.max(positionOf(segments, to), start + SMALLEST) };
}

const WHEEL = 0.002;
/** A press that moves less is a click. */
const DRAG_PX = 4;

/**
 * Zooms with the wheel and Ctrl, moves with a horizontal wheel, Shift, or by dragging.
 *
 * @param track the element that is as wide as the axis
 */
export function useZoomGestures(
  box: RefObject<HTMLElement>,
  track: RefObject<HTMLElement>,
  zoom: Zoom,
): void {
  const latest = useRef(zoom);
  latest.current = zoom;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const end = new AbortController();
    const { signal } = end;
    const onWheel = (event: WheelEvent) => {
      const area = track.current?.getBoundingClientRect();
      if (area === undefined || area.width === 0) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        latest.current.zoom(Math.exp(event.deltaY * WHEEL), share((event.clientX - area.left) / area.width));
        return;
      }
      const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
      if (sideways === 0 || !latest.current.isZoomed) return;
      event.preventDefault();
      latest.current.pan(sideways / area.width);
    };
    // The browser's own zoom must not start.
    element.addEventListener("wheel", onWheel, { passive: false, signal });
    element.addEventListener("pointerdown", (event) => drag(event, track.current, latest), { signal });
    return () => end.abort();
  }, []);
}

const share = (value: number) => Math.min(1, Math.max(0, value));

function drag(start: PointerEvent, track: HTMLElement | null, zoom: { readonly current: Zoom }): void {
  if (track === null || start.button !== 0 || start.pointerType === "touch" || !zoom.current.isZoomed) return;
  const { left, width } = track.getBoundingClientRect();
  if (start.clientX < left) return;
  const end = new AbortController();
  const { signal } = end;
  let [before, hasMoved] = [start.clientX, false];
  const onMove = ({ clientX }: PointerEvent) => {
    if (!hasMoved && Math.abs(clientX - start.clientX) < DRAG_PX) return;
    hasMoved = true;
    zoom.current.pan((before - clientX) / width);
    before = clientX;
  };
  const onUp = () => {
    end.abort();
    // What follows is not a click on a bar.
    if (hasMoved)
      addEventListener("click", (event) => event.stopPropagation(), { capture: true, once: true });
  };
  addEventListener("pointermove", onMove, { signal });
  addEventListener("pointerup", onUp, { signal });
}
