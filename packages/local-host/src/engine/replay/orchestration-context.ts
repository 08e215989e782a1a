import { EventType } from "../history/events.ts";
import type { EventRaised, HistoryEvent, ScheduledEvent } from "../history/events.ts";
import type { Completion, OrchestrationFailure, ScheduledWork } from "../history/scheduled-work.ts";
import { fromTimestamp, isInstant } from "../history/timestamps.ts";
import type { RequestMessage } from "../history/entity-messages.ts";
import type { Action } from "./actions.ts";
import { ExternalEvents } from "./external-events.ts";
import { DONE, Future } from "./future.ts";
import { compareWithReplay, unseenDifference } from "./non-determinism.ts";
import type { Problems } from "./problems.ts";

/** The instance that is replayed, and its limits. */
export interface Identity {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly parentInstanceId: string | null;
}

/** Too many actions; fails the task that exceeds the limit. */
export class ActionLimitError extends Error {}

/**
 * One execution as the Durable Task Framework sees it: the counter for task ids, the open tasks, and the work that was
 * scheduled but is not in the history yet. After a replay of the history with the orchestrator's actions it contains
 * exactly what the episode adds.
 */
export class OrchestrationContext {
  readonly identity: Identity;
  readonly externalEvents: ExternalEvents;
  readonly problems: Problems;
  /** Instant of the episode that is being replayed, epoch milliseconds. */
  now = 0;
  /** The same instant as it is written in the history. */
  nowText = "";
  /** Events for the next execution, because they arrived after continue-as-new. */
  readonly carriedEvents: EventRaised[] = [];
  readonly #start: () => void;
  readonly #maxActions: number;
  /** The action that is being started, or the last started one. */
  currentAction: Action | undefined;
  /** The action for which each task id was created, by the id. */
  readonly origins: Action[] = [];
  #nextId = 0;
  #actions = 0;
  #scheduled = new Map<number, ScheduledWork>();
  #completion: Completion | undefined;
  #continueAsNew: { readonly input: string | null } | undefined;
  readonly #open = new Map<number, Future>();
  /** Ids of children that have not ended. */
  readonly #openChildren = new Set<string>();
  #isSuspended = false;
  #withheld = new Map<number, ScheduledWork>();
  #whileSuspended: HistoryEvent[] = [];

  /** @param start runs the orchestrator's actions; called when the execution starts */
  constructor(identity: Identity, problems: Problems, maxActions: number, start: () => void) {
    this.identity = identity;
    this.problems = problems;
    this.externalEvents = new ExternalEvents(problems);
    this.#maxActions = maxActions;
    this.#start = start;
  }

  /** The work that the episode scheduled, in the order of the ids. */
  get newWork(): ScheduledWork[] {
    return [...this.#scheduled.values()].sort((a, b) => a.id - b.id);
  }

  get completion(): Completion | undefined {
    return this.#completion;
  }

  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  get hasOpenTasks(): boolean {
    return this.#open.size > 0;
  }

  /** @throws {NonDeterminismError} if the event is not what the replay scheduled */
  process(event: HistoryEvent): void {
    if (event.EventType === EventType.OrchestratorStarted) {
      this.now = fromTimestamp(event.Timestamp);
      this.nowText = event.Timestamp;
      return;
    }
    const passesSuspension =
      event.EventType === EventType.ExecutionResumed || event.EventType === EventType.ExecutionTerminated;
    if (!this.#isSuspended || passesSuspension) this.#apply(event);
    else if (event.EventType !== EventType.ExecutionSuspended) this.#whileSuspended.push(event);
  }

  #apply(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        return this.#start();
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
      case EventType.EventSent:
        return this.#confirm(event);
      case EventType.EventRaised:
        return this.#raise(event);
      case EventType.ExecutionTerminated:
        return this.#complete({ kind: "terminated", id: this.#nextId++, result: event.Input });
      case EventType.ExecutionSuspended:
        return this.#suspend();
      case EventType.ExecutionResumed:
        return this.#resume();
      default:
        return this.#applyCompletion(event);
    }
  }

  #applyCompletion(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        return this.#settle(event.TaskScheduledId, { ok: true, result: event.Result });
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        return this.#settle(event.TaskScheduledId, {
          ok: false,
          retriable: event.FailureDetails?.IsNonRetriable !== true,
        });
      case EventType.TimerFired:
        return this.#settle(event.TimerId, DONE);
      default:
      // A replay ignores the start and end of episodes, ends of earlier runs, and the events that rewind writes.
    }
  }

  #raise(event: EventRaised): void {
    if (this.#continueAsNew === undefined) this.externalEvents.raise(event.Name, event.Input);
    else this.carriedEvents.push(event);
  }

  #suspend(): void {
    this.#isSuspended = true;
    for (const [id, work] of this.#scheduled) this.#withheld.set(id, work);
    this.#scheduled.clear();
  }

  /** Work that is already in the history is not new. */
  #confirm(event: ScheduledEvent): void {
    const work = this.#scheduled.get(event.EventId);
    compareWithReplay(event, work);
    const difference = unseenDifference(event, work);
    if (difference !== undefined) this.problems.report(difference);
    if (event.EventType === EventType.EventSent && work?.kind === "event" && event.Input !== work.input) {
      this.externalEvents.rename(requestId(work.input), requestId(event.Input));
    }
    this.#scheduled.delete(event.EventId);
  }

  /** No task is open and no event is awaited, so nothing can wake this execution. */
  get waitsForNothing(): boolean {
    return (
      !this.#isSuspended &&
      this.#open.size === 0 &&
      this.#scheduled.size === 0 &&
      !this.externalEvents.hasWaiters
    );
  }

  #resume(): void {
    this.#isSuspended = false;
    for (const [id, work] of this.#withheld) this.#scheduled.set(id, work);
    this.#withheld.clear();
    const queued = this.#whileSuspended;
    this.#whileSuspended = [];
    for (const event of queued) this.process(event);
  }

  #settle(id: number, outcome: Parameters<Future["settle"]>[0]): void {
    const task = this.#open.get(id);
    // A completion for a task that is not open is a duplicate, or belongs to a cancelled timer.
    if (task === undefined) return;
    this.#open.delete(id);
    task.settle(outcome);
  }

  /** Ends the execution if nothing is open; `failure` is undefined for success. */
  finish(output: string | null, failure: OrchestrationFailure | undefined): void {
    if (this.hasOpenTasks) return;
    if (failure !== undefined) this.fail(failure);
    else if (this.#continueAsNew !== undefined) {
      this.#completion ??= { kind: "continuedAsNew", id: this.#nextId++, input: this.#continueAsNew.input };
    } else this.#complete({ kind: "completed", id: this.#nextId++, result: output });
  }

  /** The id of the task that is created next. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Uses the next id, for an end that the engine itself decides. */
  takeId(): number {
    return this.#nextId++;
  }

  /** Ends the execution immediately, even if tasks are open. */
  fail(failure: OrchestrationFailure): void {
    this.#complete({ kind: "failed", id: this.#nextId++, ...failure });
  }

  #complete(completion: Completion): void {
    // The first completion counts: an orchestrator may return in the same episode in which it is terminated.
    this.#completion ??= completion;
  }

  scheduleActivity(name: string, input: unknown): Future {
    const id = this.#taskId();
    this.#scheduled.set(id, { kind: "activity", id, name, input });
    return this.#openTask(id);
  }

  scheduleSubOrchestration(
    name: string,
    instanceId: string | undefined,
    version: string | null,
    input: string | null,
  ): Future {
    const id = this.#taskId();
    const isChosen = instanceId !== undefined && instanceId.trim() !== "";
    const childId = isChosen ? instanceId : `${this.identity.executionId}:${id}`;
    this.#scheduled.set(id, { kind: "subOrchestration", id, name, instanceId: childId, version, input });
    const task = this.#openTask(id);
    if (this.#openChildren.has(childId)) this.problems.report(sameChild(childId));
    this.#openChildren.add(childId);
    task.whenSettled(() => this.#openChildren.delete(childId));
    return task;
  }

  /**
   * A cancelled timer still uses an id and fires, but nothing waits for it.
   *
   * @throws {RangeError} for an instant that .NET cannot represent, to which only a delay can lead
   */
  createTimer(instant: number, isCanceled = false): Future {
    // A delay with a backoff may be fractional; stores keep whole milliseconds.
    const fireAt = Math.round(instant);
    if (!isInstant(fireAt)) throw new RangeError("A delay leads to an instant beyond the years 1 to 9999.");
    const id = this.#taskId();
    this.#scheduled.set(id, { kind: "timer", id, fireAt });
    return isCanceled ? Future.settled(DONE) : this.#openTask(id);
  }

  sendEvent(instanceId: string, name: string, input: string, due?: number): void {
    const id = this.#taskId();
    this.#scheduled.set(id, { kind: "event", id, instanceId, name, input, due });
  }

  /** Reports the events that a continued execution did not receive. */
  reportDropped(): void {
    const { unseen } = this.externalEvents;
    if (this.#completion?.kind !== "continuedAsNew" || unseen.length === 0) return;
    this.problems.suspect(
      `continueAsNew has dropped events that nothing had waited for: '${unseen.join("', '")}'. They are not delivered again: ` +
        "wait for them first, or put their content into the new input.",
    );
  }

  continueAsNew(input: string | null): void {
    this.#continueAsNew = { input };
  }

  #openTask(id: number): Future {
    const future = new Future();
    this.#open.set(id, future);
    return future;
  }

  #taskId(): number {
    if (this.#actions >= this.#maxActions) {
      throw new ActionLimitError(
        `Maximum amount of orchestration actions (${this.#maxActions}) has been reached. ` +
          "This value can be configured in host.json file as MaxOrchestrationActions.",
      );
    }
    this.#actions++;
    const id = this.#nextId++;
    if (this.currentAction !== undefined) this.origins[id] = this.currentAction;
    return id;
  }
}

/**
 * The id of a message to an entity; its response uses the same id. The extension creates other GUIDs than this host.
 */
function requestId(message: string): string {
  return (JSON.parse(message) as RequestMessage).id;
}

function sameChild(childId: string): string {
  return (
    `Two sub-orchestrations with the id '${childId}' run at the same time: the later one replaces the earlier one, ` +
    "whose caller waits forever. Give each its own id, or none."
  );
}
