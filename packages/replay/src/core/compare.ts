import {
  type Completion,
  EventType,
  OrchestrationStatus,
  type ReplayedEpisode,
  type ScheduledEvent,
  type ScheduledWork,
} from "durable-local-host/replay";
import type { RecordedEpisode } from "./episodes.ts";

/** A call that an orchestrator scheduled, in a form that is comparable between history and replay. */
export interface Call {
  readonly kind: "activity" | "sub-orchestration" | "timer" | "entity message" | "end";
  /** Task id; for an end, the id of its event. */
  readonly id: number;
  /** Function, entity with operation, or the final status of the execution. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** Instance id of a sub-orchestration, if the orchestrator chose it. */
  readonly instanceId?: string | undefined;
  /** JSON text; undefined if the history does not contain it. */
  readonly input?: string | undefined;
  /** The due time of a timer, ISO 8601. */
  readonly fireAt?: string | undefined;
}

/** Where a replay differs from its history. */
export interface Difference {
  /** Number of the episode, from 1. */
  readonly episode: number;
  /** Which part of the call differs. */
  readonly what:
    "kind" | "name" | "version" | "instance id" | "input" | "due time" | "missing" | "added" | "end";
  /** Undefined if the history has no such call. */
  readonly recorded: Call | undefined;
  /** Undefined if the replay did not make this call. */
  readonly replayed: Call | undefined;
  /**
   * Whether the extension detects it and fails a running instance. If not, the instance continues with what was
   * scheduled first.
   */
  readonly isNoticed: boolean;
}

/**
 * The first difference between the calls that an episode scheduled when it was recorded and the calls that it schedules
 * now. Additional calls in the last episode are not a difference: the instance continues there with the new code.
 */
export function compareEpisode(recorded: RecordedEpisode, replayed: ReplayedEpisode): Difference | undefined {
  const wanted = new Map(recorded.scheduled.map((event) => [event.EventId, recordedCall(event)]));
  const found = new Map(replayed.scheduled.map((work) => [work.id, replayedCall(work)]));
  const at = recorded.number;
  for (const id of [...new Set([...wanted.keys(), ...found.keys()])].sort((a, b) => a - b)) {
    const [before, now] = [wanted.get(id), found.get(id)];
    if (before === undefined && (recorded.isLast || recorded.rewound.has(id))) continue;
    const difference = compareCalls(before, now);
    if (difference !== undefined) return { episode: at, recorded: before, replayed: now, ...difference };
  }
  return compareEnds(recorded, replayed);
}

type What = Pick<Difference, "what" | "isNoticed">;

function compareCalls(before: Call | undefined, now: Call | undefined): What | undefined {
  if (now === undefined) return { what: "missing", isNoticed: true };
  if (before === undefined) return { what: "added", isNoticed: false };
  if (before.kind !== now.kind) return { what: "kind", isNoticed: true };
  if (!sameName(before, now)) return { what: "name", isNoticed: before.kind !== "entity message" };
  if (before.fireAt !== now.fireAt) return { what: "due time", isNoticed: false };
  if (differs(before.version, now.version)) return { what: "version", isNoticed: false };
  if (differs(before.instanceId, now.instanceId)) return { what: "instance id", isNoticed: false };
  if (differs(canonical(before.input), canonical(now.input))) return { what: "input", isNoticed: false };
  return undefined;
}

function compareEnds(
  { number: episode, ended, isLast, rewound }: RecordedEpisode,
  { completion, scheduled }: ReplayedEpisode,
): Difference | undefined {
  const before =
    ended === undefined ? undefined : endOf(statusName(ended.OrchestrationStatus), ended.EventId);
  const now = completion === undefined ? undefined : endOf(completionName(completion), completion.id);
  if (before?.name === now?.name) return undefined;
  if (before === undefined && now !== undefined && rewound.has(now.id)) return undefined;
  // A step was added after the last one. An instance that waits there will run it.
  if (isLast && now === undefined && scheduled.length > 0) return undefined;
  return { episode, what: "end", recorded: before, replayed: now, isNoticed: false };
}

function endOf(name: string, id: number): Call {
  return { kind: "end", id, name };
}

function statusName(status: number): string {
  return Object.entries(OrchestrationStatus).find(([, value]) => value === status)?.[0] ?? String(status);
}

/** For example `ContinuedAsNew`. */
export function completionName({ kind }: Completion): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** The extension ignores the case of functions' names, but not that of entities' keys and operations. */
function sameName({ kind, name: a }: Call, { name: b }: Call): boolean {
  return kind === "entity message" ? a === b : a?.toLowerCase() === b?.toLowerCase();
}

/** The same text for the same value: an object's keys may be in any order. */
function canonical(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes("{")) return text;
  try {
    return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
      isObject(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Undefined on the recorded side means that the history does not contain the value. */
function differs(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && before !== now;
}

/** A call as the history recorded it. */
export function recordedCall(event: ScheduledEvent): Call {
  const id = event.EventId;
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return { kind: "activity", id, name: event.Name, input: firstOf(event.Input) };
    case EventType.SubOrchestrationInstanceCreated:
      return {
        kind: "sub-orchestration",
        id,
        name: event.Name,
        version: event.Version ?? undefined,
        instanceId: event.InstanceId,
        input: event.Input === null ? undefined : sameJson(event.Input),
      };
    case EventType.TimerCreated:
      return { kind: "timer", id, fireAt: instant(Date.parse(event.FireAt)) };
    case EventType.EventSent:
      return messageCall(id, event.InstanceId, event.Name, event.Input);
  }
}

/** A call as the replay scheduled it. */
export function replayedCall(work: ScheduledWork): Call {
  const { id } = work;
  switch (work.kind) {
    case "activity":
      return { kind: "activity", id, name: work.name, input: inputText(work.input) };
    case "subOrchestration":
      return {
        kind: "sub-orchestration",
        id,
        name: work.name,
        version: work.version ?? undefined,
        instanceId: work.instanceId,
        input: sameJson(work.input),
      };
    case "timer":
      return { kind: "timer", id, fireAt: instant(work.fireAt) };
    case "event":
      return messageCall(id, work.instanceId, work.name, work.input);
  }
}

function messageCall(id: number, target: string, name: string, message: string): Call {
  const { op, input, lockset } = JSON.parse(message) as {
    readonly op?: string | null;
    readonly input?: string;
    readonly lockset?: readonly { readonly name: string; readonly key: string }[];
  };
  const operation =
    lockset === undefined
      ? (op ?? name)
      : `lock ${lockset.map((one) => `${one.name}@${one.key}`).join(", ")}`;
  const due = name.startsWith("op@") ? name.slice("op@".length) : undefined;
  return {
    kind: "entity message",
    id,
    name: `${target} ${operation}`,
    input: input === undefined ? "null" : sameJson(input),
    ...(due === undefined ? {} : { fireAt: instant(Date.parse(due)) }),
  };
}

/** The history contains an activity's input as an array with one element. */
function firstOf(inputs: string | null): string | undefined {
  if (inputs === null) return undefined;
  const [first] = JSON.parse(inputs) as unknown[];
  return inputText(first);
}

/** The SDK passes an activity's input as JSON text. */
function inputText(input: unknown): string {
  return typeof input === "string" ? sameJson(input) : JSON.stringify(input ?? null);
}

/** The extension and this host serialize the same value with different spaces and escapes. */
function sameJson(text: string | null): string {
  if (text === null) return "null";
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
