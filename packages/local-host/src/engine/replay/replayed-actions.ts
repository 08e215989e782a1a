import { isDeepStrictEqual } from "node:util";
import { ActionType } from "./actions.ts";
import type { Action } from "./actions.ts";

/**
 * Describes the first difference between the actions of two successive episodes. An orchestrator must repeat its
 * actions in every replay and may only add new ones; cancelling a timer is the only change allowed.
 */
export function firstDifference(before: readonly Action[], now: readonly Action[]): string | undefined {
  for (const [i, earlier] of before.entries()) {
    const later = now[i];
    if (later === undefined) {
      return `${place(i)} was ${describe(earlier)} and is missing in this replay. ${consequence(earlier)} ${CONDITION}`;
    }
    const difference = compare(earlier, later);
    if (difference !== undefined) return `${place(i)} ${difference}`;
  }
  return undefined;
}

const CONDITION =
  "Likely cause: a condition on something outside of the orchestrator, or on isReplaying, decides about its actions.";
const CLOCK =
  "Likely cause: the time comes from Date.now() or new Date(); use context.df.currentUtcDateTime.";
const VALUE =
  "Likely cause: the value comes from the clock, from Math.random(), from a new guid or from state outside of the " +
  "orchestrator; use context.df.currentUtcDateTime and context.df.newGuid(), or create it in an activity.";

type Compound = Extract<Action, { readonly actionType: 11 | 12 }>;

/** How the real extension handles the difference. It compares only kinds and names with its history. */
function consequence(before: Action, now?: Action): string {
  const left = traceOf(before);
  if (left === "") {
    return (
      "The real extension does not notice, because a wait leaves nothing in the history: the instance may wait " +
      "forever for something that has already happened."
    );
  }
  return now !== undefined && traceOf(now) === left ? UNNOTICED : FAILS;
}

/** For values that the extension does not compare. */
export const UNNOTICED =
  "The real extension does not notice: the first scheduling counts, and the orchestrator continues with its result.";
const FAILS =
  "The real extension fails such an instance with 'Non-Deterministic workflow detected', or lets it wait forever.";

/** The part of an action's history that the extension compares; may be empty. */
function traceOf(action: Action): string {
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallActivityWithRetry:
      return `activity ${action.functionName.toLowerCase()};`;
    case ActionType.CallSubOrchestrator:
    case ActionType.CallSubOrchestratorWithRetry:
      return `child ${action.functionName.toLowerCase()};`;
    case ActionType.ScheduledSignalEntity:
      return `message op@${action.fireAt};`;
    case ActionType.WhenAny:
    case ActionType.WhenAll:
      return action.compoundActions.map(traceOf).join("");
    case ActionType.ContinueAsNew:
    case ActionType.WaitForExternalEvent:
      return "";
    case ActionType.CallEntity:
    case ActionType.SignalEntity:
    case ActionType.LockEntities:
      return "message op;";
    default:
      return `${action.actionType};`;
  }
}

function compare(before: Action, now: Action): string | undefined {
  if (before.actionType !== now.actionType || nameOf(before) !== nameOf(now)) {
    return `was ${describe(before)} and is ${describe(now)} in this replay. ${consequence(before, now)} ${CONDITION}`;
  }
  if ("fireAt" in before && "fireAt" in now && before.fireAt !== now.fireAt) {
    return `was ${describe(before)} for ${before.fireAt} and is for ${now.fireAt} in this replay. ${consequence(before, now)} ${CLOCK}`;
  }
  if ("compoundActions" in before && "compoundActions" in now) {
    return compareChildren(before, now);
  }
  const [earlier, later] = [inputOf(before), inputOf(now)];
  if (earlier !== later && !isDeepStrictEqual(earlier, later)) {
    return `was ${describe(before)} with ${short(earlier)} and has ${short(later)} in this replay. ${consequence(before, now)} ${VALUE}`;
  }
  return undefined;
}

function compareChildren(before: Compound, now: Compound): string | undefined {
  const [earlierOnes, laterOnes] = [before.compoundActions, now.compoundActions];
  if (earlierOnes.length !== laterOnes.length) {
    const counts = `had ${earlierOnes.length} tasks and has ${laterOnes.length} in this replay.`;
    return `${counts} ${consequence(before, now)} ${CONDITION}`;
  }
  for (const [i, earlier] of earlierOnes.entries()) {
    const later = laterOnes[i];
    const difference = later === undefined ? undefined : compare(earlier, later);
    if (difference !== undefined) return `(its ${ordinal(i)} task) ${difference}`;
  }
  return undefined;
}

function nameOf(action: Action): string | undefined {
  if ("functionName" in action) return action.functionName;
  if ("externalEventName" in action) return action.externalEventName;
  if ("operation" in action) return `${action.operation} of ${action.instanceId}`;
  if ("httpRequest" in action) return `${action.httpRequest.method} ${action.httpRequest.uri}`;
  return undefined;
}

function inputOf(action: Action): unknown {
  if ("input" in action) return action.input;
  if ("httpRequest" in action) return action.httpRequest.content;
  return undefined;
}

const KINDS: Readonly<Record<Action["actionType"], string>> = {
  [ActionType.CallActivity]: "a call of activity",
  [ActionType.CallActivityWithRetry]: "a call with retry of activity",
  [ActionType.CallSubOrchestrator]: "a call of sub-orchestrator",
  [ActionType.CallSubOrchestratorWithRetry]: "a call with retry of sub-orchestrator",
  [ActionType.ContinueAsNew]: "continue-as-new",
  [ActionType.CreateTimer]: "a timer",
  [ActionType.WaitForExternalEvent]: "a wait for event",
  [ActionType.CallEntity]: "an entity call",
  [ActionType.CallHttp]: "an HTTP call",
  [ActionType.SignalEntity]: "an entity signal",
  [ActionType.ScheduledSignalEntity]: "a scheduled entity signal",
  [ActionType.WhenAny]: "Task.any",
  [ActionType.WhenAll]: "Task.all",
  [ActionType.LockEntities]: "a lock",
  [ActionType.ReleaseEntities]: "a release of locks",
};

function describe(action: Action): string {
  const name = nameOf(action);
  return name === undefined ? KINDS[action.actionType] : `${KINDS[action.actionType]} '${name}'`;
}

function place(index: number): string {
  return `The orchestrator is not deterministic: its ${ordinal(index)} action`;
}

function ordinal(index: number): string {
  const n = index + 1;
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${suffix}`;
}

const SHOWN_CHARACTERS = 80;

function short(value: unknown): string {
  if (value === undefined) return "no input";
  const text = JSON.stringify(value);
  return `input ${text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}...`}`;
}
