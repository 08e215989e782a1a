import { EventType } from "./events.ts";
import type { HistoryEvent, ParentTraceContext } from "./events.ts";

/** As the extension writes it into events; null where nobody traces. */
export function parentTraceContext(traceParent: string | undefined): ParentTraceContext | null {
  if (traceParent === undefined) return null;
  return { TraceParent: traceParent, TraceState: null, Id: null, SpanId: null, ActivityStartTime: null };
}

/** The trace that an execution belongs to: its first event says so, and nothing else has to keep it. */
export function traceParentIn(events: readonly HistoryEvent[]): string | undefined {
  for (const event of events) {
    if (event.EventType === EventType.ExecutionStarted) return event.ParentTraceContext?.TraceParent;
  }
  return undefined;
}
