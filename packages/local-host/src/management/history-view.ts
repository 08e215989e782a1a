import { eventTypeName, type HistoryEvent, OrchestrationStatus } from "../engine/history/events.ts";
import { embedded, objectSource } from "./json-text.ts";
import { argumentError } from "./management-error.ts";

/** The parts of a history that a client requested. */
export interface HistoryOptions {
  readonly showInput: boolean;
  readonly showHistoryOutput: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Member = readonly [name: string, source: string];

const STATUS_NAMES = new Map<unknown, string>(
  Object.entries(OrchestrationStatus).map(([name, status]) => [status, name]),
);

/** Event fields that are shown unchanged, in the extension's order. */
const SHOWN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ExecutionStarted: [
    "Input",
    "Correlation",
    "ParentTraceContext",
    "ScheduledStartTime",
    "Generation",
    "GenerateNewTrace",
  ],
  ExecutionCompleted: ["OrchestrationStatus", "Result", "FailureDetails"],
  ExecutionTerminated: ["Input"],
  TaskScheduled: ["Name", "Input", "ParentTraceContext", "Tags"],
  TaskCompleted: ["Result"],
  TaskFailed: ["Reason", "Details", "FailureDetails"],
  SubOrchestrationInstanceCreated: ["Name", "InstanceId", "Input", "ClientSpanId", "Tags"],
  SubOrchestrationInstanceCompleted: ["Result"],
  SubOrchestrationInstanceFailed: ["Reason", "Details", "FailureDetails"],
  TimerCreated: ["FireAt"],
  TimerFired: ["FireAt"],
  EventSent: ["InstanceId", "Name", "Input"],
  EventRaised: ["Name", "Input", "ParentTraceContext"],
  GenericEvent: ["Data"],
  ExecutionSuspended: ["Reason"],
  ExecutionResumed: ["Reason"],
};

/** Scheduling events, which are replaced by their completion. */
const SCHEDULED_BY: Readonly<Record<string, string>> = {
  TaskCompleted: "TaskScheduled",
  TaskFailed: "TaskScheduled",
  SubOrchestrationInstanceCompleted: "SubOrchestrationInstanceCreated",
  SubOrchestrationInstanceFailed: "SubOrchestrationInstanceCreated",
};

/** Values that are written although the event does not contain them. */
const DEFAULTS: Fields = { GenerateNewTrace: false };

/**
 * JSON source of `historyEvents`: readable names, each scheduling merged into its completion, start and end of episodes
 * omitted.
 *
 * @throws {ManagementError} 400 when two tasks were scheduled with the same id, as after a change of the code
 */
export function historySource(events: readonly HistoryEvent[], options: HistoryOptions): string {
  const all = events.map((event): Fields => ({ ...event }));
  const scheduled = scheduledByKey(all);
  const completed = new Set(all.map((event) => scheduledKey(event)).filter((key) => key !== undefined));
  const shown: string[] = [];
  for (const event of all) {
    const name = eventName(event);
    if (name === "OrchestratorStarted" || name === "OrchestratorCompleted") continue;
    if (completed.has(`${name}_${String(event["EventId"])}`) && isScheduling(name)) continue;
    const key = scheduledKey(event);
    shown.push(eventSource(name, event, key === undefined ? undefined : scheduled.get(key), options));
  }
  return `[${shown.join(",")}]`;
}

function scheduledByKey(events: readonly Fields[]): ReadonlyMap<string, Fields> {
  const byKey = new Map<string, Fields>();
  for (const event of events) {
    const name = eventName(event);
    if (!isScheduling(name)) continue;
    const key = `${name}_${String(event["EventId"])}`;
    if (byKey.has(key)) throw argumentError(`An item with the same key has already been added. Key: ${key}`);
    byKey.set(key, event);
  }
  return byKey;
}

function isScheduling(name: string): boolean {
  return name === "TaskScheduled" || name === "SubOrchestrationInstanceCreated";
}

function scheduledKey(event: Fields): string | undefined {
  const scheduledBy = SCHEDULED_BY[eventName(event)];
  return scheduledBy === undefined ? undefined : `${scheduledBy}_${String(event["TaskScheduledId"])}`;
}

function eventName(event: Fields): string {
  return eventTypeName(Number(event["EventType"]));
}

function eventSource(
  name: string,
  event: Fields,
  scheduled: Fields | undefined,
  options: HistoryOptions,
): string {
  const type: Member = ["EventType", JSON.stringify(name)];
  const own = (SHOWN_FIELDS[name] ?? [])
    .filter((field) => isShown(field, options))
    .map((field): Member => [field, fieldSource(name, field, event)]);
  const members: Member[] = name === "GenericEvent" ? [...own, type] : [type, ...own];
  members.push(["Timestamp", JSON.stringify(event["Timestamp"])]);
  if (name === "ExecutionStarted") members.push(["FunctionName", JSON.stringify(event["Name"])]);
  if (scheduled !== undefined) members.push(...scheduledMembers(scheduled, options));
  return objectSource(members);
}

function isShown(field: string, options: HistoryOptions): boolean {
  if (field === "Input") return options.showInput;
  return field !== "Result" || options.showHistoryOutput;
}

function fieldSource(name: string, field: string, event: Fields): string {
  const value = event[field] ?? DEFAULTS[field] ?? null;
  if (field === "Result") return embedded(typeof value === "string" ? value : null);
  if (field === "OrchestrationStatus" && name === "ExecutionCompleted") {
    return JSON.stringify(STATUS_NAMES.get(value) ?? value);
  }
  return JSON.stringify(value);
}

function scheduledMembers(scheduled: Fields, options: HistoryOptions): Member[] {
  const members: Member[] = [
    ["ScheduledTime", JSON.stringify(String(scheduled["Timestamp"]).replace(/Z$/, "+00:00"))],
    ["FunctionName", JSON.stringify(scheduled["Name"])],
  ];
  if (scheduled["InstanceId"] !== undefined) {
    members.push(["InstanceId", JSON.stringify(scheduled["InstanceId"])]);
  }
  if (options.showInput) members.push(["Input", JSON.stringify(scheduled["Input"] ?? null)]);
  return members;
}
