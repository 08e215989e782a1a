import type { HubEvent, HubInstance } from "./task-hub.ts";

/** An execution that ended too early, for whoever starts its instance again: its input, and what it had done. */
export interface FormerRun {
  readonly input: unknown;
  /** The custom status is there where the history cannot be shown; after a worker's death it may be the other way. */
  readonly instance: Pick<HubInstance, "createdAt" | "customStatus">;
  /** Oldest first. It has no inputs of activities: the extension keeps none. */
  readonly history: readonly HubEvent[];
}

/** The input with which an instance starts again: the former one, with what must not be done or counted anew. */
export type NextInput = (run: FormerRun) => object;

/** One call of an activity; with retries, each try is one. */
export interface FormerCall {
  readonly activity: string;
  readonly kind: "open" | "completed" | "failed";
  readonly scheduledAt: Date;
  readonly endedAt: Date;
  readonly result: unknown;
  readonly reason: string;
}

const KINDS: Readonly<Record<string, FormerCall["kind"]>> = {
  TaskScheduled: "open",
  TaskCompleted: "completed",
  TaskFailed: "failed",
};

/** The calls of activities, in the order in which they ended; with names, of these only. */
export function formerCalls({ history }: FormerRun, ...names: readonly string[]): FormerCall[] {
  return history.flatMap((event) => {
    const kind = KINDS[event.EventType];
    const activity = text(event["FunctionName"] ?? event["Name"]);
    if (!kind || (names.length > 0 && !names.includes(activity))) return [];
    const endedAt = new Date(text(event["Timestamp"]));
    const scheduled = event["ScheduledTime"];
    return [
      {
        activity,
        kind,
        endedAt,
        scheduledAt: scheduled === undefined ? endedAt : new Date(text(scheduled)),
        result: event["Result"],
        reason: text(event["Reason"]),
      },
    ];
  });
}

/** The external events of a name that had come, oldest first. */
export function formerEvents({ history }: FormerRun, name: string): { at: Date; payload: unknown }[] {
  return history
    .filter(({ EventType, Name }) => EventType === "EventRaised" && Name === name)
    .map((event) => ({ at: new Date(text(event["Timestamp"])), payload: parsed(event["Input"]) }));
}

/** When the execution began. */
export function formerStart({ history }: FormerRun): Date | undefined {
  const start = history.find(({ EventType }) => EventType === "ExecutionStarted");
  return start && new Date(text(start["Timestamp"]));
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

function parsed(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}
