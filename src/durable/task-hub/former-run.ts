import type { HubEvent, HubInstance } from "./task-hub.ts";

/** An execution that ended early. The restart of its instance needs its input and its completed work. */
export interface FormerRun {
  readonly input: unknown;
  /**
   * The custom status may exist without the history, and the history without the custom status (after a worker's
   * death).
   */
  readonly instance: Pick<HubInstance, "createdAt" | "customStatus">;
  /** Oldest first. Without the inputs of activities, which the extension does not keep. */
  readonly history: readonly HubEvent[];
}

/** The input for a restart: the former input, plus what must not be repeated or counted again. */
export type NextInput = (run: FormerRun) => object;

/** One call of an activity; each retry is a separate call. */
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

/** The calls of activities (only of these names, if given), in the order in which they ended. */
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

/** The external events of this name that were received, oldest first. */
export function formerEvents({ history }: FormerRun, name: string): { at: Date; payload: unknown }[] {
  return history
    .filter(({ EventType, Name }) => EventType === "EventRaised" && Name === name)
    .map((event) => ({ at: new Date(text(event["Timestamp"])), payload: jsonOrText(event["Input"]) }));
}

/** When the execution began. */
export function formerStart({ history }: FormerRun): Date | undefined {
  const start = history.find(({ EventType }) => EventType === "ExecutionStarted");
  return start && new Date(text(start["Timestamp"]));
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** The value of a JSON text; anything else stays as it is. */
export function jsonOrText(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}
