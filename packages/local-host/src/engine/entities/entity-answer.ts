import type { InvocationResult } from "../../invocation/function-runner.ts";
import { isObject, parsedJson } from "../../json.ts";
import type { SchedulerState } from "./scheduler-state.ts";

/** The outcome of one operation: the JSON text of its result or of the thrown value. */
export interface OperationResult {
  readonly isError: boolean;
  readonly result: string | null;
}

/** A signal that an entity sends. The target's name keeps its case. */
export interface EntitySignal {
  readonly target: { readonly name: string; readonly key: string };
  readonly name: string;
  /** JSON text; empty if there is no input. */
  readonly input: string;
}

/** The outcome of a batch of operations in an entity function. */
export interface EntityAnswer {
  readonly exists: boolean;
  readonly state: string | null;
  /** One for each operation. */
  readonly results: readonly OperationResult[];
  readonly signals: readonly EntitySignal[];
}

/** Parses the result of an entity function. If the function itself failed, every operation failed. */
export function readEntityAnswer(
  result: InvocationResult,
  before: SchedulerState,
  operations: number,
): EntityAnswer {
  if (!result.ok) return failedBatch(result.message, before, operations);
  const answer = toAnswer(parsedJson(result.returnValue?.json ?? result.returnValue?.string ?? ""));
  return answer ?? failedBatch("Out of proc entities must return a valid JSON schema.", before, operations);
}

/** Every operation fails with the same message; the entity does not change. */
export function failedBatch(message: string, before: SchedulerState, operations: number): EntityAnswer {
  const result = { isError: true, result: JSON.stringify(message) };
  return {
    exists: before.exists === true,
    state: before.state ?? null,
    results: Array.from({ length: operations }, () => result),
    signals: [],
  };
}

/** Undefined if the result is not valid: without the SDK's entity wrapper a function may return anything. */
function toAnswer(value: unknown): EntityAnswer | undefined {
  if (!isObject(value)) return undefined;
  const { entityExists, entityState: state = null, results, signals } = value;
  if (typeof entityExists !== "boolean" || !isTextOrNull(state)) return undefined;
  if (!Array.isArray(results) || !Array.isArray(signals)) return undefined;
  const ends = results.map(toResult);
  const sent = signals.map(toSignal);
  if (!areAllThere(ends) || !areAllThere(sent)) return undefined;
  return { exists: entityExists, state, results: ends, signals: sent };
}

function toResult(value: unknown): OperationResult | undefined {
  if (!isObject(value)) return undefined;
  const { isError, result = null } = value;
  return isTextOrNull(result) ? { isError: isError === true, result } : undefined;
}

function toSignal(value: unknown): EntitySignal | undefined {
  if (!isObject(value) || !isObject(value["target"])) return undefined;
  const { name: operation, input } = value;
  const { name, key } = value["target"];
  if (typeof name !== "string" || typeof key !== "string") return undefined;
  if (typeof operation !== "string" || !isTextOrNull(input ?? null)) return undefined;
  return { target: { name, key }, name: operation, input: typeof input === "string" ? input : "" };
}

function areAllThere<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return !values.includes(undefined);
}

function isTextOrNull(value: unknown): value is string | null {
  return typeof value === "string" || value === null;
}
