import { messageOf } from "../../errors.ts";
import type { Delivery } from "../delivery/message-delivery.ts";
import { eventText } from "../history/event-text.ts";
import type { EventText } from "../history/event-text.ts";
import { EventType } from "../history/events.ts";
import { orchestratorCompleted, orchestratorStarted } from "../history/incoming-events.ts";
import { executionCompleted } from "../history/scheduled-events.ts";
import type { FinalCompletion } from "../history/scheduled-events.ts";
import type { ScheduledWork } from "../history/scheduled-work.ts";
import { traceParentIn } from "../history/trace-context.ts";
import type { Action } from "../replay/actions.ts";
import type { EpisodeTime, LiveInstance } from "./live-instance.ts";

/** What one episode did, for the commit. */
export interface EpisodeOutcome {
  /** Start of the execution that goes on, if the instance continued as new; the old history goes. */
  readonly restarted: { readonly executionId: string; readonly input: string | null } | undefined;
  /** To be appended to the history, in order. */
  readonly events: readonly EventText[];
  /** Work of all executions of the episode, each under its execution. */
  readonly work: readonly { readonly executionId: string; readonly items: readonly ScheduledWork[] }[];
  readonly completion: FinalCompletion | undefined;
  readonly customStatus: string | null;
  /** What the extension would have said nothing about, of all executions of the episode. */
  readonly problems: readonly string[];
  /** What the execution that goes on has asked for so far. */
  readonly actions: readonly Action[];
  /** The last execution of many has not run yet, and needs another episode for it. */
  readonly isCutShort: boolean;
  /** When the episode began; of several, the last. */
  readonly time: EpisodeTime;
  /** The trace that the instance belongs to, and what it schedules with it. */
  readonly traceParent: string | undefined;
}

/** What an episode adds to the history before it does anything. */
export function freshEvents(time: EpisodeTime, batch: readonly Delivery[]): EventText[] {
  return [eventText(orchestratorStarted(time.at, time.ticks)), ...startFirst(batch)];
}

/** The start sorts before events that were raised ahead of it. */
function startFirst(batch: readonly Delivery[]): EventText[] {
  const texts = batch.map(({ text }) => text);
  const at = texts.findIndex(({ event }) => event.EventType === EventType.ExecutionStarted);
  const start = at > 0 ? texts.splice(at, 1) : [];
  return [...start, ...texts];
}

/** The instance fails with what broke its episode; nothing else comes of it. */
export function brokenEpisode(
  instance: LiveInstance,
  batch: readonly Delivery[],
  time: EpisodeTime,
  error: unknown,
): EpisodeOutcome {
  const { record, history } = instance;
  const message = messageOf(error);
  const completion: FinalCompletion = {
    kind: "failed",
    id: history.reduce((id, { EventId }) => Math.max(id, EventId), -1) + 1,
    reason: `Orchestrator function '${record.name}' failed: ${message}`,
    details: message,
    failureDetails: null,
  };
  return {
    restarted: undefined,
    events: [
      ...freshEvents(time, batch),
      eventText(executionCompleted(completion, time.at)),
      eventText(orchestratorCompleted(time.at)),
    ],
    work: [],
    completion,
    customStatus: record.customStatus,
    problems: [],
    actions: [],
    isCutShort: false,
    time,
    traceParent: traceParentIn(history),
  };
}
