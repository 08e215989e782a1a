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
  if (work !== undefined && agrees(event, work)) return;
  const { missing, otherKind, otherName } = messagesFor(event);
  if (work === undefined) throw new NonDeterminismError(`${missing} ${CHANGED}`);
  const difference =
    otherName !== undefined && work.kind === WORK_KINDS[event.EventType] && "name" in work
      ? otherName(work.name)
      : otherKind(ACTION_TYPES[work.kind]);
  throw new NonDeterminismError(`${difference} ${CHANGED}`);
}

/** By far the most frequent case: each replay compares its whole history, so it creates no message. */
function agrees(event: ScheduledEvent, work: ScheduledWork): boolean {
  if (work.kind !== WORK_KINDS[event.EventType]) return false;
  return !("Name" in event && "name" in work) || sameName(event.Name, work.name);
}

const WORK_KINDS: Readonly<Record<ScheduledEvent["EventType"], ScheduledWork["kind"]>> = {
  [EventType.TaskScheduled]: "activity",
  [EventType.TimerCreated]: "timer",
  [EventType.SubOrchestrationInstanceCreated]: "subOrchestration",
  [EventType.EventSent]: "event",
};

/** The messages if the replay does not schedule what an event contains. */
interface Messages {
  readonly missing: string;
  readonly otherKind: (action: string) => string;
  /** Absent if it has no name. */
  readonly otherName?: (name: string) => string;
}

const PREVIOUS = "A previous execution of this orchestration scheduled";
const NOT_SCHEDULED = "replay execution hasn't (yet?) scheduled this task.";
const BUT = "but the current orchestration replay instead";

function messagesFor(event: ScheduledEvent): Messages {
  const id = event.EventId;
  switch (event.EventType) {
    case EventType.TaskScheduled: {
      const before = `${PREVIOUS} an activity task with sequence`;
      const named = `${before} number ${id} named '${event.Name}', ${BUT}`;
      return {
        missing: `${before} ID ${id} and name '${event.Name}' (version '${event.Version}'), but the current ${NOT_SCHEDULED}`,
        otherKind: (action) => `${named} produced a ${action} action with this sequence number.`,
        otherName: (name) =>
          `${named} scheduled an activity task named '${name}' with this sequence number. `,
      };
    }
    case EventType.TimerCreated: {
      const before = `${PREVIOUS} a timer task with sequence number ${id}`;
      return {
        missing: `${before} but the current ${NOT_SCHEDULED}`,
        otherKind: (action) =>
          `${before} named ${BUT} produced a ${action} action with this sequence number.`,
      };
    }
    case EventType.SubOrchestrationInstanceCreated: {
      const { Name, Version, InstanceId } = event;
      const before =
        `${PREVIOUS} a sub-orchestration task with sequence ID ${id} and name '${Name}' ` +
        `(version '${Version ?? ""}', instance ID '${InstanceId}'),`;
      return {
        missing: `${before} but the current ${NOT_SCHEDULED}`,
        otherKind: (action) => `${before} ${BUT} produced a ${action} action at this sequence number.`,
        otherName: (name) =>
          `${before} ${BUT} scheduled a sub-orchestration task with name ${name} at this sequence number.`,
      };
    }
    case EventType.EventSent: {
      const before = `${PREVIOUS} a send event task with sequence ID ${id}, type 'EventSent'`;
      const target = `name '${event.Name}', instance ID '${event.InstanceId}'`;
      return {
        missing: `${before} ${target}, but the current ${NOT_SCHEDULED}`,
        otherKind: (action) =>
          `${before}, ${target}, ${BUT} scheduled a ${action} task at this sequence number.`,
        otherName: (name) =>
          `${before}, ${target}), ${BUT} scheduled a send event task with name ${name}at this sequence number.`,
      };
    }
  }
}

/**
 * Compares what must not change but what the extension does not check: due times, and inputs if the history has them.
 * Returns a description of the difference.
 */
export function unseenDifference(event: ScheduledEvent, work: ScheduledWork | undefined): string | undefined {
  const seen = recordedValue(event);
  if (seen === undefined || work === undefined) return undefined;
  const now = replayedValue(work);
  if (seen === now) return undefined;
  const cause =
    work.kind === "timer"
      ? " Likely cause: the time comes from Date.now() or new Date(); use context.df.currentUtcDateTime."
      : "";
  return (
    `The orchestrator is not deterministic: its ${WORK_NAMES[work.kind]} with id ${event.EventId} ` +
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

function sameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}
