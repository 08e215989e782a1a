import type { InvocationResult, TypedData } from "../../invocation/function-runner.ts";
import { entityIdOf } from "./entity-id.ts";
import type { RequestMessage } from "./messages.ts";
import type { SchedulerState } from "./scheduler-state.ts";

/** How one operation ended: JSON text of its result or of what was thrown. */
export interface OperationResult {
  readonly isError: boolean;
  readonly result: string | null;
}

/** A signal that an entity sends. The target's name keeps its case. */
export interface EntitySignal {
  readonly target: { readonly name: string; readonly key: string };
  readonly name: string;
  /** JSON text; empty for none. */
  readonly input: string;
}

/** What an entity function did with a batch of operations. */
export interface EntityAnswer {
  readonly exists: boolean;
  readonly state: string | null;
  /** One for each operation. */
  readonly results: readonly OperationResult[];
  readonly signals: readonly EntitySignal[];
}

/** The trigger of an entity function. */
export function entityPayload(
  instanceId: string,
  state: SchedulerState,
  batch: readonly RequestMessage[],
): TypedData {
  return {
    string: JSON.stringify({
      self: entityIdOf(instanceId),
      exists: state.exists === true,
      state: state.state ?? null,
      batch: batch.map((request) => ({
        name: request.op,
        input: request.input ?? null,
        isSignal: request.signal === true,
        id: request.id,
      })),
    }),
  };
}

/** Reads an entity function's answer; a function that failed as a whole failed every operation. */
export function readEntityAnswer(
  result: InvocationResult,
  before: SchedulerState,
  operations: number,
): EntityAnswer {
  if (!result.ok) return failedBatch(result.message, before, operations);
  const text = result.returnValue?.json ?? result.returnValue?.string;
  if (text === undefined) {
    return failedBatch("Out of proc entities must return a valid JSON schema.", before, operations);
  }
  const answer = JSON.parse(text) as {
    readonly results: readonly { readonly isError?: boolean; readonly result?: string }[];
    readonly signals: readonly EntitySignal[];
    readonly entityExists: boolean;
    readonly entityState?: string | null;
  };
  return {
    exists: answer.entityExists,
    state: answer.entityState ?? null,
    results: answer.results.map(({ isError, result: value }) => ({
      isError: isError === true,
      result: value ?? null,
    })),
    signals: answer.signals,
  };
}

function failedBatch(message: string, before: SchedulerState, operations: number): EntityAnswer {
  const result = { isError: true, result: JSON.stringify(message) };
  return {
    exists: before.exists === true,
    state: before.state ?? null,
    results: Array.from({ length: operations }, () => result),
    signals: [],
  };
}
