import { z } from "zod";
import { failureMessage } from "../durable/orchestration/failure.ts";
import { jsonOrText } from "../durable/task-hub/former-run.ts";
import type { HubEvent } from "../durable/task-hub/task-hub.ts";
import { instant } from "../values.ts";

const historyEntry = z.object({
  at: instant,
  event: z.string().describe("`activityCompleted`, `timerSet`, `eventReceived`, `entitySignaled` and so on"),
  /** Of the activity, sub-orchestration, event or entity. */
  name: z.string().optional(),
  target: z.string().optional().describe("Id of the sub-orchestration, or key of the entity"),
  startedAt: instant.optional(),
  dueAt: instant.optional(),
  reason: z.string().optional(),
  result: z.unknown().optional().describe("Replaced by a note if it is long"),
});

/** The events of an instance, readable for people. */
export const instanceHistory = z.object({
  events: z.array(historyEntry),
  omitted: z.int().describe("Older events that are not shown"),
});
type History = z.infer<typeof instanceHistory>;

const MAX_EVENTS = 1000;
const LONGEST_RESULT = 2000;
const LONGEST_REASON = 500;

/**
 * A history for people. Inputs are omitted, because they contain data of customers; so are stacks. Results are shown if
 * they are short.
 */
export function readableHistory(events: readonly HubEvent[]): History {
  const entries = events.flatMap((event) => {
    const { EventType } = event;
    const entry = Object.hasOwn(READABLE, EventType) ? READABLE[EventType]?.(event) : undefined;
    return entry ? [{ at: time(event["Timestamp"]) ?? "", ...entry }] : [];
  });
  return { events: entries.slice(-MAX_EVENTS), omitted: Math.max(0, entries.length - MAX_EVENTS) };
}

/** An error's own message, without the engine's prefix, its JSON and the stack that may follow. */
export function readableReason(text: unknown): string {
  const [line = ""] = failureMessage(text).split("\n");
  return line.slice(0, LONGEST_REASON);
}

type Entry = Omit<z.infer<typeof historyEntry>, "at"> & { readonly at?: string };

/**
 * By type of event. Other types have no information for people: starts and ends of episodes, events that a rewind
 * replaced.
 */
const READABLE: Readonly<Record<string, (event: HubEvent) => Entry | undefined>> = {
  ExecutionStarted: (event) => ({ event: "started", ...named(event["FunctionName"]) }),
  ExecutionCompleted: (event) => ({
    event: ENDS[String(event["OrchestrationStatus"])] ?? "completed",
    ...(event["OrchestrationStatus"] === "Completed" ? result(event) : reason(event["Result"])),
  }),
  ExecutionTerminated: (event) => ({ event: "terminationRequested", ...reason(unquoted(event["Input"])) }),
  ExecutionSuspended: (event) => ({ event: "suspended", ...reason(event["Reason"]) }),
  ExecutionResumed: (event) => ({ event: "resumed", ...reason(event["Reason"]) }),
  TaskScheduled: (event) => ({ event: "activityScheduled", ...named(event["Name"]) }),
  TaskCompleted: (event) => ({ event: "activityCompleted", ...called(event), ...result(event) }),
  TaskFailed: (event) => ({ event: "activityFailed", ...called(event), ...reason(event["Reason"]) }),
  SubOrchestrationInstanceCreated: (event) => ({ event: "childStarted", ...child(event, event["Name"]) }),
  SubOrchestrationInstanceCompleted: (event) => ({
    event: "childCompleted",
    ...called(event),
    ...child(event, event["FunctionName"]),
    ...result(event),
  }),
  SubOrchestrationInstanceFailed: (event) => ({
    event: "childFailed",
    ...called(event),
    ...child(event, event["FunctionName"]),
    ...reason(event["Reason"]),
  }),
  TimerCreated: (event) => ({ event: "timerSet", ...moment("dueAt", event["FireAt"]) }),
  // The event's timestamp is that of the timer's creation.
  TimerFired: (event) => ({ ...moment("at", event["FireAt"]), event: "timerFired" }),
  EventSent: entityMessage,
  EventRaised: (event) =>
    GUID.test(String(event["Name"]))
      ? { event: "entityAnswered" }
      : { event: "eventReceived", ...named(event["Name"]) },
  // A rewind replaces failures by empty ones.
  GenericEvent: (event) =>
    typeof event["Data"] === "string" ? { event: "rewound", ...reason(event["Data"]) } : undefined,
};

const ENDS: Readonly<Record<string, string>> = {
  Failed: "failed",
  Terminated: "terminated",
  ContinuedAsNew: "continuedAsNew",
};

/** The extension responds to a call of an entity with an event whose name is the id of the request. */
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function entityMessage(event: HubEvent): Entry | undefined {
  const [, entity = "", key = ""] = /^@([^@]*)@(.*)$/s.exec(String(event["InstanceId"])) ?? [];
  if (entity === "") return { event: "eventSent", ...named(event["Name"]) };
  const { op, signal } = operation(event["Input"]);
  return {
    event: signal === true ? "entitySignaled" : "entityCalled",
    name: typeof op === "string" ? `${entity}.${op}` : entity,
    target: key,
  };
}

function operation(input: unknown): { op?: unknown; signal?: unknown } {
  try {
    return (JSON.parse(String(input)) ?? {}) as object;
  } catch {
    return {};
  }
}

const named = (name: unknown) => (typeof name === "string" ? { name } : {});

function called(event: HubEvent): Partial<Entry> {
  return { ...named(event["FunctionName"]), ...moment("startedAt", event["ScheduledTime"]) };
}

function child(event: HubEvent, name: unknown): Partial<Entry> {
  const target = event["InstanceId"];
  return { ...named(name), ...(typeof target === "string" && { target }) };
}

function moment(field: "at" | "dueAt" | "startedAt", text: unknown): Partial<Entry> {
  const instant = time(text);
  return instant === undefined ? {} : { [field]: instant };
}

function reason(text: unknown): Partial<Entry> {
  return typeof text === "string" && text !== "" ? { reason: readableReason(text) } : {};
}

/** This app writes reasons as JSON; other tools write them as plain text. */
const unquoted = (text: unknown) =>
  typeof text === "string" && /^".*"$/s.test(text) ? jsonOrText(text) : text;

function result(event: HubEvent): Partial<Entry> {
  const value = event["Result"];
  if (value === undefined || value === null) return {};
  const { length } = JSON.stringify(value);
  return { result: length <= LONGEST_RESULT ? value : `${length} characters, not shown` };
}

function time(text: unknown): string | undefined {
  const at = new Date(String(text));
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
