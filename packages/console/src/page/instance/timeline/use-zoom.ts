import { type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Layout } from "./layout.ts";
import { positionOf, type Span, xAt } from "./segments.ts";
import type { View } from "./ticks.ts";

export interface Zoom {
  /** What is visible, in positions. */
  readonly view: View;
  readonly isZoomed: boolean;
  /**
   * What is at one share of the view comes to another; without it, it stays.
   *
   * @param factor of the size of what is visible
   */
  readonly zoom: (factor: number, from?: number, to?: number) => void;
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
    zoom: (factor, from = 0.5, to = from) => {
      const next = Math.max(SMALLEST, size * factor);
      show(view.from + size * from - next * to, next);
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
 * Zooms with the wheel and Ctrl or with two fingers, moves with a horizontal wheel, Shift, by dragging or with a finger.
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
    followPointers(element, track, latest, signal);
    return () => end.abort();
  }, []);
}

const share = (value: number) => Math.min(1, Math.max(0, value));

/** The time under each pressed pointer follows it. The style leaves vertical moves of fingers to the browser. */
function followPointers(
  box: HTMLElement,
  track: RefObject<HTMLElement>,
  zoom: { readonly current: Zoom },
  signal: AbortSignal,
): void {
  /** Where each pressed pointer is, by its id. */
  const pressed = new Map<number, number>();
  let [startX, hasMoved] = [0, false];
  const onDown = ({ button, clientX, pointerId, pointerType }: PointerEvent) => {
    const left = track.current?.getBoundingClientRect().left ?? Number.POSITIVE_INFINITY;
    if (button !== 0 || clientX < left || (pointerType === "mouse" && !zoom.current.isZoomed)) return;
    pressed.set(pointerId, clientX);
    if (pressed.size === 1) [startX, hasMoved] = [clientX, false];
  };
  const onMove = ({ clientX, pointerId }: PointerEvent) => {
    const area = track.current?.getBoundingClientRect();
    if (!pressed.has(pointerId) || area === undefined || area.width === 0) return;
    if (pressed.size === 1 && !hasMoved && Math.abs(clientX - startX) < DRAG_PX) return;
    hasMoved = true;
    const before = extentOf(pressed);
    const after = extentOf(pressed.set(pointerId, clientX));
    const factor = before.size > 0 && after.size > 0 ? before.size / after.size : 1;
    zoom.current.zoom(
      factor,
      (before.middle - area.left) / area.width,
      (after.middle - area.left) / area.width,
    );
  };
  const onEnd = ({ pointerId }: PointerEvent) => {
    if (!pressed.delete(pointerId) || pressed.size > 0 || !hasMoved) return;
    // What follows is not a click on a bar.
    const stop = (event: Event) => event.stopPropagation();
    addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", stop, { capture: true }));
  };
  box.addEventListener("pointerdown", onDown, { signal });
  addEventListener("pointermove", onMove, { signal });
  addEventListener("pointerup", onEnd, { signal });
  addEventListener("pointercancel", onEnd, { signal });
}

function extentOf(pressed: ReadonlyMap<number, number>): { readonly size: number; readonly middle: number } {
  const [least, most] = [Math.min(...pressed.values()), Math.max(...pressed.values())];
  return { size: most - least, middle: (least + most) / 2 };
}
