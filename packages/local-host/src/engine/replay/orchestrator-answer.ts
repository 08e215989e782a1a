import type { TypedData } from "../../app/typed-data.ts";
import type { InvocationResult } from "../../invocation/function-runner.ts";
import { isObject, parsedJson } from "../../json.ts";
import { fromTimestamp, isInstant } from "../history/timestamps.ts";
import type { Action, OrchestratorState } from "./actions.ts";

const LABEL = "\n\n$OutOfProcData$:";

const UNREADABLE =
  "The orchestrator threw something other than an Error with a message (a string, an object, or an Error without " +
  "text), which the extension cannot report. Throw an Error that has a message.";

/** The result of one invocation of an orchestrator function. */
export type OrchestratorAnswer =
  | { readonly kind: "state"; readonly state: OrchestratorState }
  /** The result contains no actions; `message` gives the reason. */
  | { readonly kind: "failure"; readonly message: string; readonly cause?: string }
  /** The function returned null, which ends the orchestration with null. */
  | { readonly kind: "nothing" };

/**
 * Parses the SDK's result. An uncaught error arrives as a failed invocation whose message ends with the labelled state.
 * The label counts only if that state contains an error; otherwise it is an ordinary failure.
 */
export function readAnswer(result: InvocationResult): OrchestratorAnswer {
  if (result.ok) return readReturnValue(result.returnValue);
  if (result.isWorkerGone) {
    return { kind: "failure", message: `One or more errors occurred. (${result.message})` };
  }
  const labelled = labelledState(result.message);
  if (labelled !== undefined) return stateAnswer(labelled);
  const isLabelled = result.message.includes(LABEL);
  const stack = isLabelled ? "" : result.stack;
  return {
    kind: "failure",
    message: `One or more errors occurred. (Result: Failure\nException: ${result.message}\nStack: ${stack})`,
    ...(isLabelled ? { cause: UNREADABLE } : {}),
  };
}

function labelledState(message: string): OrchestratorState | undefined {
  const at = message.lastIndexOf(LABEL);
  if (at < 0) return undefined;
  const state = parsedJson(message.slice(at + LABEL.length));
  if (!isObject(state) || state["isDone"] !== false) return undefined;
  if (typeof state["error"] !== "string" || state["error"] === "") return undefined;
  return isState(state) ? state : undefined;
}

function readReturnValue(value: TypedData | null | undefined): OrchestratorAnswer {
  if (value === null || value === undefined) return { kind: "nothing" };
  const text = value.json ?? value.string;
  if (text === undefined) {
    return {
      kind: "failure",
      message: "The data returned by the out-of-process function execution was not valid json.",
    };
  }
  const state = parsedJson(text);
  if (!isObject(state)) {
    return { kind: "failure", message: "Out of proc orchestrators must return a valid JSON schema" };
  }
  if (isState(state)) return checkLength(state);
  return {
    kind: "failure",
    message: "Out-of-proc orchestrator schema must have a non-null actions property.",
  };
}

const SCHEMA_NAMES = ["Original", "V2", "V3", "V4"];

/** From V2 on, all actions are in one inner array; this host does not ask for V1. */
function checkLength(state: OrchestratorState): OrchestratorAnswer {
  if (state.actions.length === 1) return stateAnswer(state);
  const name = SCHEMA_NAMES[state.schemaVersion ?? 0] ?? String(state.schemaVersion);
  return {
    kind: "failure",
    message: `With OOProc schema ${name}, expected actions array to be of length 1 in outer layer but got size: ${state.actions.length}`,
  };
}

/** A state with an invalid date cannot be replayed: the extension cannot read it. */
function stateAnswer(state: OrchestratorState): OrchestratorAnswer {
  for (const action of state.actions[0] ?? []) {
    const wrong = wrongDate(action);
    if (wrong === undefined) continue;
    return {
      kind: "failure",
      message: `Could not convert the fireAt of an action to a date of the years 1 to 9999: ${wrong}.`,
    };
  }
  return { kind: "state", state };
}

/** JSON of the first invalid due time, of the action itself or of a nested one. */
function wrongDate(action: Action): string | undefined {
  if ("fireAt" in action && !isInstant(fromTimestamp(action.fireAt))) return JSON.stringify(action.fireAt);
  if (!("compoundActions" in action) || !Array.isArray(action.compoundActions)) return undefined;
  for (const child of action.compoundActions) {
    const wrong = wrongDate(child);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isState(value: object): value is OrchestratorState {
  const actions: unknown = "actions" in value ? value.actions : undefined;
  return Array.isArray(actions) && actions.every((inner) => Array.isArray(inner) && inner.every(isObject));
}
