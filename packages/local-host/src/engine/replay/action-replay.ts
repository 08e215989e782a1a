import { messageOf } from "../../errors.ts";
import { jsonNetOrNull } from "../../json-net.ts";
import { entityIdOf } from "../history/entity-id.ts";
import type { HistoryEvent } from "../history/events.ts";
import type { OrchestrationFailure } from "../history/scheduled-work.ts";
import { fromTimestamp } from "../history/timestamps.ts";
import { ActionType } from "./actions.ts";
import type { Action, OrchestratorState } from "./actions.ts";
import { CompoundTasks, reusedTask } from "./compound-tasks.ts";
import type { CompoundTask } from "./compound-tasks.ts";
import { EntityCalls } from "./entity-calls.ts";
import { DONE, FAILED, Future, whenAll, whenAny } from "./future.ts";
import { callHttp } from "./http-call.ts";
import type { KnownFunctions } from "./known-functions.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";
import { withRetry } from "./retry.ts";
import { Timers } from "./timers.ts";
import { waitsOf } from "./waits.ts";
import type { OpenWait } from "./waits.ts";

const SETTLED = Future.settled(DONE);
const SETTLED_FAILED = Future.settled(FAILED);

/**
 * Runs the orchestrator's actions in order, as the extension does: each is scheduled and awaited before the next. A
 * failed action does not stop the replay, because the orchestrator handles it.
 */
export class ActionReplay {
  readonly #context: OrchestrationContext;
  readonly #state: OrchestratorState;
  readonly #functions: KnownFunctions;
  readonly #entities: EntityCalls;
  readonly #onEnd: (failure: OrchestrationFailure | undefined) => void;
  readonly #compounds: CompoundTasks;
  readonly #timers: Timers;
  #next = 0;
  #yielded: Action | undefined;
  #current: Future = SETTLED;
  /** Tasks of the compound that is being started. */
  #children: CompoundTask[] = [];

  /** @param onEnd called when all actions are done, with the failure of an action that the extension refused */
  constructor(
    context: OrchestrationContext,
    state: OrchestratorState,
    functions: KnownFunctions,
    onEnd: (failure: OrchestrationFailure | undefined) => void,
  ) {
    this.#context = context;
    this.#state = state;
    this.#functions = functions;
    this.#entities = new EntityCalls(context);
    this.#compounds = new CompoundTasks(context.problems);
    this.#timers = new Timers(context, functions.timers);
    this.#onEnd = onEnd;
  }

  /** Runs actions until one must wait. */
  run(): void {
    const actions = this.#state.actions[0] ?? [];
    for (let action = actions[this.#next]; action !== undefined; action = actions[this.#next]) {
      this.#next++;
      this.#yielded = action;
      try {
        this.#current = this.#startYielded(action);
      } catch (error) {
        return this.#refuse(error);
      }
      if (!this.#current.isSettled) return this.#current.whenSettled(() => this.run());
    }
    this.#onEnd(undefined);
  }

  /** What the orchestrator waits for; nothing if it has ended. */
  get waits(): readonly OpenWait[] {
    return this.#yielded === undefined || this.#current.isSettled
      ? []
      : waitsOf(this.#yielded, this.#children);
  }

  /** Reports a timer, or a task in two compounds, that makes orchestrator and extension count tasks differently. */
  reportDifferentCounts(events: Iterable<HistoryEvent>): void {
    this.#timers.inspect(events);
    const isExplained = this.#context.completion !== undefined || this.#context.problems.certain.length > 0;
    if (!isExplained) this.#reportReuse();
  }

  #reportReuse(): void {
    if (this.#context.isSuspended || !this.#isOvertaken || this.#compounds.hasFailures) return;
    const task = this.#compounds.repeated;
    if (task !== undefined) this.#context.problems.report(reusedTask(task));
  }

  /** The orchestrator has continued although its actions are not complete here. */
  get #isOvertaken(): boolean {
    const { isDone, error = "" } = this.#state;
    if (this.#current.isSettled) return false;
    return isDone || error !== "" || this.#next < (this.#state.actions[0]?.length ?? 0);
  }

  /** Releases all remaining locks at the end of the orchestration. */
  releaseLocks(): void {
    this.#entities.release();
  }

  #refuse(error: unknown): void {
    const reason = messageOf(error);
    this.#onEnd({
      reason: `Orchestrator function '${this.#context.identity.name}' failed: ${reason}`,
      details: reason,
      failureDetails: null,
    });
  }

  #start(action: Action): Future {
    this.#context.currentAction = action;
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.#ifKnown("activity", action.functionName, () =>
          this.#context.scheduleActivity(action.functionName, action.input),
        );
      case ActionType.CallActivityWithRetry:
        return this.#ifKnown("activity", action.functionName, () =>
          withRetry(this.#context, action.retryOptions, () =>
            this.#context.scheduleActivity(action.functionName, action.input),
          ),
        );
      case ActionType.CallSubOrchestrator:
        return this.#ifChildPossible(action, () => this.#child(action));
      case ActionType.CallSubOrchestratorWithRetry:
        return this.#ifChildPossible(action, () =>
          withRetry(this.#context, action.retryOptions, () => this.#child(action)),
        );
      case ActionType.ContinueAsNew:
        this.#context.continueAsNew(jsonNetOrNull(action.input));
        return SETTLED;
      case ActionType.CreateTimer:
        return swallow(() => this.#timers.create(fromTimestamp(action.fireAt), action.isCanceled));
      case ActionType.WaitForExternalEvent:
        return this.#context.externalEvents.wait(action.externalEventName);
      case ActionType.CallHttp:
        return swallow(() => callHttp(this.#context, action.httpRequest, this.#functions.httpSleepMs));
      case ActionType.WhenAny:
        return whenAny(this.#startAll(action.compoundActions));
      case ActionType.WhenAll:
        return whenAll(this.#startAll(action.compoundActions));
      default:
        return this.#startEntityAction(action);
    }
  }

  #startYielded(action: Action): Future {
    this.#children = [];
    const task = this.#start(action);
    if (this.#children.length > 0) this.#compounds.add(this.#children);
    return task;
  }

  #startAll(children: readonly Action[]): Future[] {
    return children.map((action) => {
      const task = this.#start(action);
      this.#children.push({ action, task });
      return task;
    });
  }

  #startEntityAction(action: Extract<Action, { actionType: 7 | 9 | 10 | 13 | 14 }>): Future {
    switch (action.actionType) {
      case ActionType.CallEntity:
        return this.#ifKnown("entity", entityIdOf(action.instanceId).name, () =>
          this.#entities.call(action.instanceId, action.operation, action.input),
        );
      case ActionType.SignalEntity:
        this.#requireEntity(action.instanceId);
        this.#entities.signal(action.instanceId, action.operation, action.input, undefined);
        return SETTLED;
      case ActionType.ScheduledSignalEntity:
        this.#requireEntity(action.instanceId);
        this.#entities.signal(
          action.instanceId,
          action.operation,
          action.input,
          fromTimestamp(action.fireAt),
        );
        return SETTLED;
      case ActionType.LockEntities: {
        const unknown = action.lockSet.find(({ name }) => !this.#functions.has("entity", name));
        if (unknown !== undefined) {
          return this.#unschedulable(this.#functions.missing("entity", unknown.name));
        }
        return swallow(() => this.#entities.lock(action.lockSet, action.lockRequestId));
      }
      case ActionType.ReleaseEntities:
        this.#entities.release();
        return SETTLED;
      default:
        throw new Error(
          `Received an unexpected action type from the out-of-proc function: '$${String((action as Action).actionType)}'.`,
        );
    }
  }

  #child(action: Extract<Action, { actionType: 2 | 3 }>): Future {
    return this.#context.scheduleSubOrchestration(
      action.functionName,
      action.instanceId,
      action.version ?? this.#functions.defaultVersion,
      jsonNetOrNull(action.input),
    );
  }

  #ifChildPossible(action: Extract<Action, { actionType: 2 | 3 }>, start: () => Future): Future {
    const { instanceId, parentInstanceId } = this.#context.identity;
    const childId = action.instanceId?.toLowerCase();
    if (
      childId !== undefined &&
      (childId === instanceId.toLowerCase() || childId === parentInstanceId?.toLowerCase())
    ) {
      return this.#unschedulable(
        "The instance ID of a sub-orchestration must be different than the instance ID of a parent orchestration.",
      );
    }
    if (childId?.startsWith("@") === true) {
      return this.#unschedulable("Orchestration instance ids must not start with @");
    }
    return this.#ifKnown("orchestrator", action.functionName, start);
  }

  /**
   * If the extension cannot create a task, the error is stored in that task, which is never observed: nothing is
   * scheduled, and orchestrator and extension count their tasks differently.
   */
  #ifKnown(kind: "orchestrator" | "activity" | "entity", name: string, start: () => Future): Future {
    if (!this.#functions.has(kind, name)) return this.#unschedulable(this.#functions.missing(kind, name));
    return swallow(start);
  }

  #unschedulable(reason: string): Future {
    this.#context.problems.report(`A task was never scheduled, but the orchestrator waits for it: ${reason}`);
    return SETTLED_FAILED;
  }

  #requireEntity(instanceId: string): void {
    const { name } = entityIdOf(instanceId);
    if (!this.#functions.has("entity", name)) throw new Error(this.#functions.missing("entity", name));
  }
}

function swallow(start: () => Future): Future {
  try {
    return start();
  } catch {
    return SETTLED_FAILED;
  }
}
