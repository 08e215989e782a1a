import { EventType } from "../history/events.ts";
import type { ScheduledEvent } from "../history/events.ts";
import type { RequestMessage } from "../history/entity-messages.ts";
import type { ScheduledWork } from "../history/scheduled-work.ts";
import { fromTimestamp, toTimestamp } from "../history/timestamps.ts";
import { UNNOTICED } from "./replayed-actions.ts";

/** The replayed orchestrator contradicts its history. */
export class NonDeterminismError extends Error {
  constructor(message: string) {
    super(`Non-Deterministic workflow detected: ${message}`);
    this.name = "NonDeterminismError";
  }
}

const CHANGED = "Was a change made to the orchestrator code after this instance had already started running?";

/** The framework's own names for what a replay scheduled, as they appear in its messages. */
const ACTION_TYPES: Readonly<Record<ScheduledWork["kind"], string>> = {
  activity: "ScheduleTaskOrchestratorAction",
  timer: "CreateTimerOrchestratorAction",
  subOrchestration: "CreateSubOrchestrationAction",
  event: "SendEventOrchestratorAction",
};

/**
 * Compares a scheduled event of the history with what the replay scheduled under its id: kinds, and case-insensitive
 * names. The messages are those of the Durable Task Framework.
 *
 * @throws {NonDeterminismError}
 */
export function compareWithReplay(event: ScheduledEvent, work: ScheduledWork | undefined): void {
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return compareActivity(event.EventId, event.Name, event.Version, work);
    case EventType.TimerCreated:
      return compareTimer(event.EventId, work);
    case EventType.SubOrchestrationInstanceCreated:
      return compareSubOrchestration(event.EventId, event, work);
    case EventType.EventSent:
      return compareEvent(event.EventId, event, work);
  }
}

/**
 * Compares what must not change but what the extension does not check: due times, and inputs if the history has them.
 * Returns a description of the difference.
 */
export function unseenDifference(event: ScheduledEvent, work: ScheduledWork | undefined): string | undefined {
  const seen = recordedValue(event);
  const now = work === undefined ? undefined : replayedValue(work);
  if (seen === undefined || now === undefined || seen === now) return undefined;
  const cause =
    work?.kind === "timer"
      ? " Likely cause: the time comes from Date.now() or new Date(); use context.df.currentUtcDateTime."
      : "";
  return (
    `The orchestrator is not deterministic: its ${WORK_NAMES[work?.kind ?? "activity"]} with id ${event.EventId} ` +
    `had ${seen} and has ${now} in this replay. ${UNNOTICED}${cause}`
  );
}

const WORK_NAMES: Readonly<Record<ScheduledWork["kind"], string>> = {
  activity: "activity",
  timer: "timer",
  subOrchestration: "sub-orchestration",
  event: "message to an entity",
};

/** Undefined if the history does not contain it. */
function recordedValue(event: ScheduledEvent): string | undefined {
  if (event.EventType === EventType.TimerCreated) return dueText(fromTimestamp(event.FireAt));
  if (event.EventType === EventType.EventSent) return operationText(event.Input);
  return event.Input === null ? undefined : `input ${event.Input}`;
}

/** The content of a message to an entity, without its id and times, which are the sender's. */
function operationText(message: string): string {
  const { op, input, signal, lockset } = JSON.parse(message) as Partial<RequestMessage>;
  return JSON.stringify({ op, input, signal, lockset: lockset?.map(({ name, key }) => ({ name, key })) });
}

function replayedValue(work: ScheduledWork): string {
  if (work.kind === "timer") return dueText(work.fireAt);
  if (work.kind === "event") return operationText(work.input);
  return `input ${work.kind === "activity" ? `[${JSON.stringify(work.input ?? null)}]` : work.input}`;
}

function dueText(fireAt: number): string {
  return `the due time ${toTimestamp(fireAt)}`;
}

function compareActivity(id: number, name: string, version: string, work: ScheduledWork | undefined): void {
  const before = `A previous execution of this orchestration scheduled an activity task with sequence`;
  if (work === undefined) {
    throw new NonDeterminismError(
      `${before} ID ${id} and name '${name}' (version '${version}'), but the current replay execution ` +
        `hasn't (yet?) scheduled this task. ${CHANGED}`,
    );
  }
  if (work.kind !== "activity") {
    throw new NonDeterminismError(
      `${before} number ${id} named '${name}', but the current orchestration replay instead produced a ` +
        `${ACTION_TYPES[work.kind]} action with this sequence number. ${CHANGED}`,
    );
  }
  if (!sameName(name, work.name)) {
    throw new NonDeterminismError(
      `${before} number ${id} named '${name}', but the current orchestration replay instead scheduled an ` +
        `activity task named '${work.name}' with this sequence number.  ${CHANGED}`,
    );
  }
}

function compareTimer(id: number, work: ScheduledWork | undefined): void {
  const before = `A previous execution of this orchestration scheduled a timer task with sequence number ${id}`;
  if (work === undefined) {
    throw new NonDeterminismError(
      `${before} but the current replay execution hasn't (yet?) scheduled this task. ${CHANGED}`,
    );
  }
  if (work.kind !== "timer") {
    throw new NonDeterminismError(
      `${before} named but the current orchestration replay instead produced a ${ACTION_TYPES[work.kind]} ` +
        `action with this sequence number. ${CHANGED}`,
    );
  }
}

function compareSubOrchestration(
  id: number,
  event: { readonly Name: string; readonly Version: string | null; readonly InstanceId: string },
  work: ScheduledWork | undefined,
): void {
  const before =
    `A previous execution of this orchestration scheduled a sub-orchestration task with sequence ID ${id} ` +
    `and name '${event.Name}' (version '${event.Version ?? ""}', instance ID '${event.InstanceId}'), but the current`;
  if (work === undefined) {
    throw new NonDeterminismError(`${before} replay execution hasn't (yet?) scheduled this task. ${CHANGED}`);
  }
  if (work.kind !== "subOrchestration") {
    throw new NonDeterminismError(
      `${before} orchestration replay instead produced a ${ACTION_TYPES[work.kind]} action at this ` +
        `sequence number. ${CHANGED}`,
    );
  }
  if (!sameName(event.Name, work.name)) {
    throw new NonDeterminismError(
      `${before} orchestration replay instead scheduled a sub-orchestration task with name ${work.name} ` +
        `at this sequence number. ${CHANGED}`,
    );
  }
}

function compareEvent(
  id: number,
  event: { readonly Name: string; readonly InstanceId: string },
  work: ScheduledWork | undefined,
): void {
  const before = `A previous execution of this orchestration scheduled a send event task with sequence ID ${id}`;
  if (work === undefined) {
    throw new NonDeterminismError(
      `${before}, type 'EventSent' name '${event.Name}', instance ID '${event.InstanceId}', but the current ` +
        `replay execution hasn't (yet?) scheduled this task. ${CHANGED}`,
    );
  }
  const target = `${before}, type 'EventSent', name '${event.Name}', instance ID '${event.InstanceId}'`;
  if (work.kind !== "event") {
    throw new NonDeterminismError(
      `${target}, but the current orchestration replay instead scheduled a ${ACTION_TYPES[work.kind]} task ` +
        `at this sequence number. ${CHANGED}`,
    );
  }
  if (!sameName(event.Name, work.name)) {
    throw new NonDeterminismError(
      `${target}), but the current orchestration replay instead scheduled a send event task with name ` +
        `${work.name}at this sequence number. ${CHANGED}`,
    );
  }
}

function sameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}
