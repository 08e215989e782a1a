import type { StepKind } from "./step.ts";

const PATHS: Readonly<Record<StepKind, string>> = {
  orchestration: "M3 3h10v4H3zM3 10h6v3H3z",
  activity: "M5 3l8 5-8 5z",
  child: "M4 2v8a3 3 0 0 0 3 3h6M10 10l3 3-3 3M4 6h6",
  timer: "M8 2a6 6 0 1 0 .01 0M8 4.5V8l2.5 2",
  event: "M9 1L4 9h4l-1 6 5-8H8z",
  entity: "M3 4c0-3 10-3 10 0v8c0 3-10 3-10 0zM3 4c0 3 10 3 10 0",
  lock: "M4 8h8v6H4zM5.5 8V5a2.5 2.5 0 0 1 5 0v3",
  signal: "M2 8h10M8 4l4 4-4 4",
};

export const KIND_NAMES: Readonly<Record<StepKind, string>> = {
  orchestration: "Orchestration",
  activity: "Activity",
  child: "Sub-orchestration",
  timer: "Timer",
  event: "External event",
  entity: "Entity call",
  lock: "Entity lock",
  signal: "Entity signal",
};

export function KindIcon({ kind }: { readonly kind: StepKind }) {
  return (
    <svg
      class={`kind kind-${kind}`}
      width="14"
      height="16"
      viewBox="0 0 16 16"
      role="img"
      aria-label={KIND_NAMES[kind]}
    >
      <path d={PATHS[kind]} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />
    </svg>
  );
}
