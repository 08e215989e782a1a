import type { DurableOrchestrationContext } from "durable-functions";
import type { Operation, Step } from "./step.ts";

/** How one of several parallel steps ended. */
export type Settled<T> =
  { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly error: Error };

/**
 * Runs steps in parallel and reports each one's end, where the SDK's `Task.all` throws at the first failure and
 * hides the rest. `Task.all` starts them; what it left open is then awaited one by one, which schedules nothing
 * again because a task that is already scheduled is not recorded twice.
 */
export function* allSettled<T>(
  df: DurableOrchestrationContext,
  steps: readonly Step<T>[],
): Operation<Settled<T>[]> {
  if (steps.length === 0) return [];
  try {
    yield df.Task.all(steps.map((step) => step.task));
  } catch {
    for (const { task } of steps) {
      try {
        if (!task.isCompleted) yield task;
      } catch {
        // Reported below, with its step.
      }
    }
  }
  return steps.map(settle);
}

/** The first error among the ends, for a caller that goes on only if there is none. */
export const firstError = (ends: readonly Settled<unknown>[]): Error | undefined =>
  ends.flatMap((end) => (end.kind === "failed" ? [end.error] : []))[0];

/** How one step ends, as a value. */
export function* settled<T>(step: Step<T>): Operation<Settled<T>> {
  try {
    return { kind: "done", value: yield* step };
  } catch (error) {
    return failed(error);
  }
}

function settle<T>(step: Step<T>): Settled<T> {
  try {
    return { kind: "done", value: step.result };
  } catch (error) {
    return failed(error);
  }
}

const failed = (error: unknown) =>
  ({ kind: "failed", error: error instanceof Error ? error : new Error(String(error)) }) as const;
