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
import type { OpenWait } from "../replay/waits.ts";
import type { EpisodeTime, LiveInstance } from "./live-instance.ts";

/** The outcome of one episode, for the commit. */
export interface EpisodeOutcome {
  /** Start of the next execution, if the instance continued as new; the old history is deleted. */
  readonly restarted: { readonly executionId: string; readonly input: string | null } | undefined;
  /** Events to append to the history, in order. */
  readonly events: readonly EventText[];
  /** New work of all executions of the episode, grouped by execution. */
  readonly work: readonly { readonly executionId: string; readonly items: readonly ScheduledWork[] }[];
  readonly completion: FinalCompletion | undefined;
  readonly customStatus: string | null;
  /** Problems that the extension does not report, of all executions of the episode. */
  readonly problems: readonly string[];
  /** What the execution that continues waits for. */
  readonly waits: readonly OpenWait[];
  /** Actions of the execution that continues. */
  readonly actions: readonly Action[];
  /** The last execution has not run yet and needs another episode. */
  readonly isCutShort: boolean;
  /** When the episode's last execution began. */
  readonly time: EpisodeTime;
  /** The trace of the instance and of everything that it schedules. */
  readonly traceParent: string | undefined;
}

/** What an episode adds to the history before the orchestrator runs. */
export function freshEvents(time: EpisodeTime, batch: readonly Delivery[]): EventText[] {
  return [eventText(orchestratorStarted(time.at, time.ticks)), ...startFirst(batch)];
}

/** The start comes before events that were raised earlier. */
function startFirst(batch: readonly Delivery[]): EventText[] {
  const texts = batch.map(({ text }) => text);
  const at = texts.findIndex(({ event }) => event.EventType === EventType.ExecutionStarted);
  const start = at > 0 ? texts.splice(at, 1) : [];
  return [...start, ...texts];
}

/** The instance fails with the error of its episode; the episode has no other effect. */
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
    waits: [],
    actions: [],
    isCutShort: false,
    time,
    traceParent: traceParentIn(history),
  };
}
