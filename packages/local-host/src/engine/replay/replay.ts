import { messageOf } from "../../errors.ts";
import { jsonNetOrNull } from "../../json-net.ts";
import type { EventRaised, FailureDetails, HistoryEvent } from "../history/events.ts";
import type { Completion, OrchestrationFailure, ScheduledWork } from "../history/scheduled-work.ts";
import { ActionReplay } from "./action-replay.ts";
import type { KnownFunctions } from "./known-functions.ts";
import type { Action, OrchestratorState } from "./actions.ts";
import { NonDeterminismError } from "./non-determinism.ts";
import { OrchestrationContext } from "./orchestration-context.ts";
import type { Identity } from "./orchestration-context.ts";
import type { OrchestratorAnswer } from "./orchestrator-answer.ts";
import { Problems } from "./problems.ts";
import { firstDifference } from "./replayed-actions.ts";
import type { OpenWait } from "./waits.ts";

/** The additions of an episode to its execution. */
export interface ReplayResult {
  /** Work to schedule, in the order of the ids. */
  readonly newWork: readonly ScheduledWork[];
  /** Undefined while the execution continues. */
  readonly completion: Completion | undefined;
  /** For the next execution, after continue-as-new. */
  readonly carriedEvents: readonly EventRaised[];
  /** JSON text; null if the orchestrator set none, which removes an earlier one. */
  readonly customStatus: string | null;
  /** Text of the error, if the replay contradicts the history. */
  readonly nonDeterminism: string | undefined;
  /** Problems that the extension does not report. */
  readonly problems: readonly string[];
  /** What the orchestrator waits for. */
  readonly waits: readonly OpenWait[];
  /** The orchestrator's actions, to compare with those of the next episode. */
  readonly actions: readonly Action[];
  /**
   * The action for which each task id was created, by the id; for a retry in a compound, the last action of the
   * compound.
   */
  readonly origins: readonly (Action | undefined)[];
}

export interface ReplayOptions {
  readonly functions: KnownFunctions;
  readonly maxActions: number;
  /** Whether a problem fails the execution. */
  readonly strict: boolean;
  /** The actions of the execution's last episode, if they are known. */
  readonly lastActions: readonly Action[] | undefined;
}

const MAX_CUSTOM_STATUS_KB = 16;

/**
 * Replays an execution's history with the actions that its orchestrator function returned, as the extension does. The
 * actions are the program, the events are its input, and work that is not in the history is new.
 */
export function replay(
  identity: Identity,
  events: Iterable<HistoryEvent>,
  answer: OrchestratorAnswer,
  options: ReplayOptions,
): ReplayResult {
  const { failure: refusal, customStatus, state } = admit(identity.name, answer);
  const problems = new Problems();
  let ended = false;
  let lost: string | undefined;
  let failure = refusal;
  let output: string | null = null;
  const end = (refused: OrchestrationFailure | undefined): void => {
    failure = refused ?? failureOf(identity.name, state);
    // Neither failed nor done: the orchestrator waits, so the execution continues.
    if (failure === undefined && !state.isDone) return;
    ended = true;
    if (failure === undefined) output = jsonNetOrNull(state.output);
    actions.releaseLocks();
  };
  const context = new OrchestrationContext(identity, problems, options.maxActions, () => {
    if (refusal === undefined) actions.run();
    else ended = true;
  });
  const actions = new ActionReplay(context, state, options.functions, end);
  try {
    for (const event of events) context.process(event);
    if (ended) context.finish(output, failure);
  } catch (error) {
    if (error instanceof NonDeterminismError) lost = error.message;
    context.fail(failureBy(identity.name, error));
  }
  context.reportDropped();
  actions.reportDifferentCounts(events);
  inspect(context, answer, state, { ended, lost, lastActions: options.lastActions });
  const isStopped =
    options.strict && problems.certain.length > 0 && context.completion?.kind !== "terminated";
  return {
    newWork: isStopped ? [] : context.newWork,
    completion: isStopped ? strictFailure(identity.name, context, problems) : context.completion,
    carriedEvents: context.carriedEvents,
    customStatus,
    nonDeterminism: lost,
    problems: problems.all,
    waits: actions.waits,
    actions: state.actions[0] ?? [],
    origins: context.origins,
  };
}

/** The failure of a replay that stopped: the orchestrator is not deterministic, or an action cannot be executed. */
function failureBy(name: string, error: unknown): OrchestrationFailure {
  const message = messageOf(error);
  const reason =
    error instanceof NonDeterminismError ? message : `Orchestrator function '${name}' failed: ${message}`;
  return { reason, details: message, failureDetails: null };
}

interface Ending {
  readonly ended: boolean;
  /** How the replay differs from its history. */
  readonly lost: string | undefined;
  /** The orchestrator's actions in the previous episode, if this host ran it. */
  readonly lastActions: readonly Action[] | undefined;
}

/** Searches for causes that would leave the instance waiting forever without an explanation. */
function inspect(
  context: OrchestrationContext,
  answer: OrchestratorAnswer,
  state: OrchestratorState,
  { ended, lost, lastActions }: Ending,
): void {
  const { problems } = context;
  if (answer.kind === "failure") {
    if (answer.cause !== undefined) problems.report(answer.cause);
    return;
  }
  const difference =
    lastActions === undefined ? undefined : firstDifference(lastActions, state.actions[0] ?? []);
  if (difference !== undefined) problems.report(difference);
  // After a restart of the host, only the history can be compared.
  else if (lost !== undefined && problems.certain.length === 0) problems.suspect(lost);
  if (
    !ended &&
    context.completion === undefined &&
    context.waitsForNothing &&
    problems.certain.length === 0
  ) {
    const [early] = context.externalEvents.cameEarly;
    problems.report(
      "The orchestrator waits, but nothing is scheduled and no event is awaited: it waits forever. " +
        (early === undefined
          ? "It may have thrown undefined, or orchestrator and extension count their tasks differently."
          : `The event '${early}' arrived before the wait for it, and old versions of durable-functions ignore it: update the package.`),
    );
  }
}

function strictFailure(name: string, context: OrchestrationContext, problems: Problems): Completion {
  const [first = ""] = problems.certain;
  return {
    kind: "failed",
    id: context.completion?.id ?? context.takeId(),
    reason: `Orchestrator function '${name}' failed: ${first}`,
    details: `Message: ${first}, StackTrace: `,
    failureDetails: null,
  };
}

/** Checks whether the result can be replayed. */
function admit(
  name: string,
  answer: OrchestratorAnswer,
): {
  readonly state: OrchestratorState;
  readonly customStatus: string | null;
  readonly failure: OrchestrationFailure | undefined;
} {
  if (answer.kind === "failure") return refused(name, answer.message);
  if (answer.kind === "nothing") {
    return { state: { isDone: true, actions: [[]] }, customStatus: null, failure: undefined };
  }
  const { state } = answer;
  const customStatus = jsonNetOrNull(state.customStatus);
  const sizeKb = customStatus === null ? 0 : Math.trunc((customStatus.length * 2) / 1024);
  if (sizeKb > MAX_CUSTOM_STATUS_KB) {
    return refused(
      name,
      `The UTF-16 size of the JSON-serialized payload must not exceed ${MAX_CUSTOM_STATUS_KB} KB. ` +
        `The current payload size is ${sizeKb} KB.`,
    );
  }
  return { state, customStatus, failure: undefined };
}

function refused(name: string, message: string) {
  const failure: OrchestrationFailure = {
    reason: `Orchestrator function '${name}' failed: ${message}`,
    details: message,
    failureDetails: null,
  };
  return { state: { isDone: false, actions: [[]] }, customStatus: null, failure };
}

function failureOf(name: string, state: OrchestratorState): OrchestrationFailure | undefined {
  if (state.error === undefined || state.error === "") return undefined;
  return {
    reason: `Orchestrator function '${name}' failed: ${state.error}`,
    details: `Message: ${state.error}, StackTrace:    at ${name} (orchestrator function)`,
    failureDetails: state.failureDetails === undefined ? null : complete(state.failureDetails),
  };
}

/** The SDK omits undefined properties; the extension writes them as null. */
function complete(details: Partial<FailureDetails>): FailureDetails {
  return {
    ErrorType: details.ErrorType ?? "Error",
    ErrorMessage: details.ErrorMessage ?? "",
    StackTrace: details.StackTrace ?? null,
    InnerFailure: details.InnerFailure ? complete(details.InnerFailure) : null,
    IsNonRetriable: details.IsNonRetriable ?? false,
    Properties: details.Properties ?? null,
  };
}
