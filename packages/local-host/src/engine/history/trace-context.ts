import { EventType } from "./events.ts";
import type { HistoryEvent, ParentTraceContext } from "./events.ts";

/** The trace context as the extension writes it into events; null without tracing. */
export function parentTraceContext(traceParent: string | undefined): ParentTraceContext | null {
  if (traceParent === undefined) return null;
  return { TraceParent: traceParent, TraceState: null, Id: null, SpanId: null, ActivityStartTime: null };
}

/** The trace of an execution, which its first event contains. */
export function traceParentIn(events: readonly HistoryEvent[]): string | undefined {
  for (const event of events) {
    if (event.EventType === EventType.ExecutionStarted) return event.ParentTraceContext?.TraceParent;
  }
  return undefined;
}
