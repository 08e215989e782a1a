export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A part of the time axis that is drawn at one scale. */
export interface Segment extends Span {
  /** Position of its start, and its width: shares of the whole. */
  readonly start: number;
  readonly size: number;
  /** Whether nothing ran in it, so that it is drawn narrow. */
  readonly isFolded: boolean;
}

/** Idle time this many times as long as all the rest is folded. */
const DOMINATES = 3;
/** The share of the width of one fold, and of all. */
const FOLD = 0.08;
const MOST_FOLDS = 0.5;

/**
 * Cuts the time axis where it changes its scale.
 *
 * @param busy when something ran
 * @param points all times that are drawn; between two of them, idle time can be folded
 */
export function segmentsOf(
  busy: readonly Span[],
  points: readonly number[],
  isFolding: boolean,
): readonly Segment[] {
  const parts = idleAndBusy(busy, points);
  const active = sum(parts.filter(({ isIdle }) => !isIdle));
  const isFold = (part: Part) =>
    isFolding && part.isIdle && active > 0 && part.to - part.from > DOMINATES * active;
  const folds = parts.filter(isFold).length;
  const share = Math.min(FOLD * folds, MOST_FOLDS);
  const drawn = sum(parts.filter((part) => !isFold(part)));
  const segments: Segment[] = [];
  let start = 0;
  for (const part of parts) {
    const isFolded = isFold(part);
    const size = isFolded ? share / folds : ((part.to - part.from) / drawn) * (1 - share);
    const last = segments.at(-1);
    if (last !== undefined && !last.isFolded && !isFolded) {
      segments[segments.length - 1] = { ...last, to: part.to, size: last.size + size };
    } else segments.push({ from: part.from, to: part.to, start, size, isFolded });
    start += size;
  }
  return segments;
}

interface Part extends Span {
  readonly isIdle: boolean;
}

const sum = (parts: readonly Span[]) => parts.reduce((total, { from, to }) => total + to - from, 0);

function idleAndBusy(busy: readonly Span[], points: readonly number[]): readonly Part[] {
  const edges = points.map((x) => ({ x, depth: 0 }));
  for (const { from, to } of busy) edges.push({ x: from, depth: 1 }, { x: to, depth: -1 });
  edges.sort((a, b) => a.x - b.x);
  const parts: Part[] = [];
  let depth = 0;
  for (const [at, edge] of edges.entries()) {
    depth += edge.depth;
    const to = edges[at + 1]?.x ?? edge.x;
    if (to > edge.x) parts.push({ from: edge.x, to, isIdle: depth === 0 });
  }
  const only = edges[0]?.x ?? 0;
  return parts.length > 0 ? parts : [{ from: only, to: only + 1, isIdle: false }];
}

/** Position of an `x`: a share of the whole width. */
export function positionOf(segments: readonly Segment[], x: number): number {
  const { from, to, start, size } = segmentAt(segments, (segment) => segment.from <= x);
  return Math.min(1, Math.max(0, start + (size * (x - from)) / (to - from)));
}

export function xAt(segments: readonly Segment[], position: number): number {
  const { from, to, start, size } = segmentAt(segments, (segment) => segment.start <= position);
  return from + ((to - from) * (position - start)) / size;
}

const NOTHING: Segment = { from: 0, to: 1, start: 0, size: 1, isFolded: false };

/** The last segment that is before, found in halves. */
function segmentAt(segments: readonly Segment[], isBefore: (segment: Segment) => boolean): Segment {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isBefore(segments[middle] ?? NOTHING)) low = middle;
    else high = middle - 1;
  }
  return segments[low] ?? NOTHING;
}
