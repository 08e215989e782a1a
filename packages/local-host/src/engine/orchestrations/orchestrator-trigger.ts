import type { TypedData } from "../../app/typed-data.ts";
import { copyOf } from "../history/event-text.ts";
import type { HistoryEvent } from "../history/events.ts";
import type { KnownFunctions } from "../replay/known-functions.ts";

/** Schema version V4, as the extension announces it. */
const VERSIONS = { upperSchemaVersion: 1, upperSchemaVersionNew: 3 };

/** One call of an orchestrator function. */
export interface OrchestratorCall {
  readonly name: string;
  readonly instanceId: string;
  readonly parentInstanceId: string | null;
  readonly sourceInstanceId: string | null;
  /** The events of earlier episodes, and those of this one. */
  readonly past: readonly HistoryEvent[];
  readonly fresh: readonly HistoryEvent[];
  /** JSON text. */
  readonly input: string | null;
  readonly isReplaying: boolean;
  readonly traceParent: string | undefined;
}

/** The argument of an orchestrator function. */
export class OrchestratorTrigger implements TypedData {
  #call: OrchestratorCall;
  readonly #functions: KnownFunctions;
  /** More events may be added later. */
  #pastLength: number;

  constructor(call: OrchestratorCall, functions: KnownFunctions) {
    this.#call = call;
    this.#functions = functions;
    this.#pastLength = call.past.length;
  }

  /** Forgets the history, which nobody reads after the call; all of the rest stays. */
  release(): void {
    this.#call = { ...this.#call, past: [], fresh: [] };
    this.#pastLength = 0;
  }

  get instanceId(): string {
    return this.#call.instanceId;
  }

  get string(): string {
    return JSON.stringify(this.value());
  }

  value(): object {
    const { past, fresh, input, instanceId, isReplaying, parentInstanceId, sourceInstanceId } = this.#call;
    const history: HistoryEvent[] = [];
    // The SDK writes into the events.
    for (let at = 0; at < this.#pastLength; at++) history.push(copyOf(past[at] as HistoryEvent));
    for (const event of fresh) history.push(copyOf(event));
    return {
      history,
      input: JSON.parse(input ?? "null") as unknown,
      instanceId,
      isReplaying,
      parentInstanceId,
      sourceInstanceId,
      ...VERSIONS,
      ...limitsOf(this.#functions),
    };
  }
}

let lastFunctions: KnownFunctions | undefined;
let lastLimits = {};

/** The same for all calls of a host. */
function limitsOf(functions: KnownFunctions): object {
  if (functions !== lastFunctions) {
    const { httpSleepMs, timers } = functions;
    lastLimits = {
      longRunningTimerIntervalDuration: timeSpan(timers.longRunningTimerIntervalLength),
      maximumShortTimerDuration: timeSpan(timers.maximumDelayTime),
      defaultHttpAsyncRequestSleepTimeMillseconds: httpSleepMs,
    };
    lastFunctions = functions;
  }
  return lastLimits;
}

/** A time span of whole seconds as .NET writes it: `3.00:00:00`, `00:01:00`. */
function timeSpan(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  const days = Math.trunc(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days > 0 ? `${days}.${time}` : time;
}
