import type { Wait } from "../../../api/local-host-extras.ts";
import type { HistoryEvent, InstanceStatus } from "../../../api/management-api.ts";
import { outcomeOf } from "../../parts/outcome.ts";
import { isEnded } from "../../parts/statuses.ts";
import { entityRequestOf, fieldOf, isEntityError, textOf, timeOf, valueIn } from "./event-fields.ts";
import { joinRetries } from "./retries.ts";
import {
  type Attempt,
  comparePoints,
  firstOf,
  type Interval,
  type Point,
  type State,
  type Step,
} from "./step.ts";

/** An instance of which the host may also tell what it waits for. */
export interface KnownInstance extends InstanceStatus {
  readonly waits?: readonly Wait[];
}

/**
 * What an instance did, in the order in which it began; the first step is the orchestration itself.
 *
 * @param within of a child: its place in the history of its parent
 */
export function stepsOf(instance: KnownInstance, within: readonly number[] = []): readonly Step[] {
  const reader = new StepReader(instance, within);
  for (const event of instance.historyEvents ?? []) reader.read(event);
  // What else it waits for is in the history.
  for (const wait of instance.waits ?? []) if (wait.kind === "event") reader.await(wait);
  return reader.steps();
}

type Draft = Omit<Attempt, "end" | "state"> & { end: Point | undefined; state: State };
interface DraftStep extends Omit<Step, "attempts"> {
  readonly attempts: [Draft];
}

class StepReader {
  readonly #instance: KnownInstance;
  readonly #within: readonly number[];
  readonly #steps: DraftStep[] = [];
  readonly #holds: { start: Point; end: Point | undefined }[] = [];
  /** Timers that have not fired, by due time; entity calls without an answer, by request. */
  readonly #waiting = new Map<string, Draft[]>();
  #index = 0;
  #time: number;
  #started: HistoryEvent | undefined;
  #start: Point | undefined;
  #ended: HistoryEvent | undefined;
  #end: Point | undefined;

  constructor(instance: KnownInstance, within: readonly number[]) {
    this.#instance = instance;
    this.#within = within;
    this.#time = timeOrZero(instance.createdTime);
  }

  read(event: HistoryEvent): void {
    // An event without a time happens with the one before it.
    this.#time = timeOf(event, "Timestamp") ?? this.#time;
    const at: Point = { time: this.#time, order: this.#place(0) };
    this.#readers[event.EventType]?.(event, at);
    this.#index += 1;
  }

  /** By type of event; all others are only in the raw history. */
  readonly #readers: Readonly<Record<string, (event: HistoryEvent, at: Point) => void>> = {
    __proto__: null as never,
    ExecutionStarted: (event, at) => {
      this.#started ??= event;
      this.#start ??= at;
    },
    ExecutionCompleted: (event, at) => this.#finish(event, at),
    ExecutionTerminated: (event, at) => this.#finish(event, at),
    ExecutionSuspended: (_, at) => {
      if (this.#holds.at(-1)?.end !== undefined || this.#holds.length === 0) {
        this.#holds.push({ start: at, end: undefined });
      }
    },
    ExecutionResumed: (_, at) => {
      const hold = this.#holds.at(-1);
      if (hold !== undefined) hold.end ??= at;
    },
    TaskScheduled: (event, at) => this.#call("activity", event, at, undefined, "open"),
    TaskCompleted: (event, at) => this.#call("activity", event, this.#scheduled(event, at), at, "completed"),
    TaskFailed: (event, at) => this.#call("activity", event, this.#scheduled(event, at), at, "failed"),
    SubOrchestrationInstanceCreated: (event, at) => this.#call("child", event, at, undefined, "open"),
    SubOrchestrationInstanceCompleted: (event, at) =>
      this.#call("child", event, this.#scheduled(event, at), at, "completed"),
    SubOrchestrationInstanceFailed: (event, at) =>
      this.#call("child", event, this.#scheduled(event, at), at, "failed"),
    TimerCreated: (event, at) => this.#createTimer(event, at),
    TimerFired: (event, at) => this.#fireTimer(event, at),
    EventSent: (event, at) => this.#send(event, at),
    EventRaised: (event, at) => this.#raise(event, at),
  };

  #place(offset: number): readonly number[] {
    return [...this.#within, this.#index + offset];
  }

  #finish(event: HistoryEvent, at: Point): void {
    this.#ended = event;
    this.#end = at;
  }

  /** A completed call is in the history only once, with the time at which it was scheduled. */
  #scheduled(event: HistoryEvent, at: Point): Point {
    const time = timeOf(event, "ScheduledTime") ?? at.time;
    return { time: Math.min(time, at.time), order: this.#place(-0.75) };
  }

  #call(
    kind: "activity" | "child",
    event: HistoryEvent,
    start: Point,
    end: Point | undefined,
    state: State,
  ): void {
    const childId = kind === "child" ? textOf(event, "InstanceId") : "";
    const attempt = { start, end, state, events: [event], ...(childId !== "" && { childId }) };
    const outcome = state === "completed" ? outcomeOf(objectIn(fieldOf(event, "Result"))) : undefined;
    this.#add(kind, textOf(event, "FunctionName", "Name"), attempt, outcome && { outcome });
  }

  #add(kind: Step["kind"], name: string, attempt: Draft, more: Partial<DraftStep> = {}): void {
    this.#steps.push({ kind, name, attempts: [attempt], waits: [], ...more });
  }

  #createTimer(event: HistoryEvent, start: Point): void {
    const due = timeOf(event, "FireAt");
    const attempt: Draft = {
      start,
      end: undefined,
      state: "open",
      events: [event],
      ...(due !== undefined && { due }),
    };
    this.#add("timer", "Timer", attempt);
    this.#wait(`timer ${due}`, attempt);
  }

  /** The time of this event is not when the timer fired, but when it was created. */
  #fireTimer(event: HistoryEvent, at: Point): void {
    const due = timeOf(event, "FireAt") ?? at.time;
    const timer = this.#answer(`timer ${due}`);
    const end = { time: Math.max(due, timer?.start.time ?? due), order: at.order };
    if (timer !== undefined)
      Object.assign(timer, { end, state: "completed", events: [...timer.events, event] });
    else this.#add("timer", "Timer", { start: end, end, state: "completed", events: [event], due });
  }

  #send(event: HistoryEvent, at: Point): void {
    const target = textOf(event, "InstanceId");
    const request = entityRequestOf(event);
    const isCall = request !== undefined && request.kind !== "signal";
    const attempt: Draft = isCall
      ? { start: at, end: undefined, state: "open", events: [event] }
      : { start: at, end: at, state: "completed", events: [event] };
    this.#add(request?.kind ?? "signal", request?.operation || textOf(event, "Name"), attempt, {
      entity: target,
    });
    if (isCall) this.#wait(`request ${request.id}`, attempt);
  }

  #raise(event: HistoryEvent, at: Point): void {
    const name = textOf(event, "Name");
    const call = this.#answer(`request ${name}`);
    if (call === undefined) {
      this.#add("event", name, { start: at, end: at, state: "completed", events: [event] });
      return;
    }
    const state = isEntityError(event) ? "failed" : "completed";
    Object.assign(call, { end: at, state, events: [...call.events, event] });
  }

  #wait(key: string, attempt: Draft): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [attempt]);
    else waiting.push(attempt);
  }

  #answer(key: string): Draft | undefined {
    const waiting = this.#waiting.get(key);
    const first = waiting?.shift();
    if (waiting?.length === 0) this.#waiting.delete(key);
    return first;
  }

  /** An event that has not come. */
  await({ name, since }: Wait): void {
    const start = { time: timeOrZero(since), order: this.#place(0) };
    this.#add("event", name, { start, end: undefined, state: "open", events: [] });
  }

  steps(): readonly Step[] {
    const { runtimeStatus, name, waits } = this.#instance;
    const hasEnded = isEnded(runtimeStatus);
    const itself = this.#itself(hasEnded);
    const [{ end }] = itself.attempts as [Attempt];
    if (hasEnded && end !== undefined) for (const { attempts } of this.#steps) endWith(attempts[0], end);
    const steps = joinRetries(this.#steps, waits);
    return [
      { ...itself, name: name ?? "" },
      ...steps.sort((a, b) => comparePoints(firstOf(a).start, firstOf(b).start)),
    ];
  }

  #itself(hasEnded: boolean): Step {
    const { createdTime, lastUpdatedTime, runtimeStatus, output } = this.#instance;
    const outcome = outcomeOf(output);
    const start = this.#start ?? { time: timeOrZero(createdTime), order: this.#place(0) };
    const updated = Math.max(timeOrZero(lastUpdatedTime), this.#time);
    const last = this.#end ?? { time: updated, order: this.#place(0) };
    const end = hasEnded ? { ...last, time: Math.max(last.time, start.time) } : undefined;
    const waits: Interval[] = this.#holds.map((hold) => ({ start: hold.start, end: hold.end ?? end }));
    const events = [this.#started, this.#ended].filter((event) => event !== undefined);
    return {
      kind: "orchestration",
      name: "",
      attempts: [{ start, end, state: hasEnded ? endState(runtimeStatus) : "open", events }],
      waits,
      ...(runtimeStatus === "Completed" && outcome !== undefined && { outcome }),
    };
  }
}

/** An object, or a text with one: others are not parsed, because a history can be long. */
function objectIn(result: unknown): unknown {
  return typeof result === "string" && !result.startsWith("{") ? undefined : valueIn(result);
}

function endWith(attempt: Draft, end: Point): void {
  if (attempt.state === "open") Object.assign(attempt, { state: "dropped", end });
  // Timers may fire up to a second early.
  else if (attempt.end !== undefined && attempt.end.time > end.time) {
    attempt.end = { time: Math.max(end.time, attempt.start.time), order: attempt.end.order };
  }
}

function endState(status: string): State {
  if (status === "Completed") return "completed";
  return status === "Failed" ? "failed" : "dropped";
}

function timeOrZero(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}
