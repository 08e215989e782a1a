import { EventType } from "./events.ts";
import type { ExecutionStarted, HistoryEvent, ParentTraceContext } from "./events.ts";

/** The trace context as the extension writes it into events; null without tracing. */
export function parentTraceContext(traceParent: string | undefined): ParentTraceContext | null {
  if (traceParent === undefined) return null;
  return { TraceParent: traceParent, TraceState: null, Id: null, SpanId: null, ActivityStartTime: null };
}

/** The trace of an execution, which its first event contains. */
export function traceParentIn(events: readonly HistoryEvent[]): string | undefined {
  return startIn(events)?.ParentTraceContext?.TraceParent;
}

/** The event that started an execution. */
export function startIn(events: readonly HistoryEvent[]): ExecutionStarted | undefined {
  return events.find((event) => event.EventType === EventType.ExecutionStarted);
}
