import type { ActivityContract } from "./contract.ts";
import { failureMessage } from "./failure.ts";
import type { DurableContext } from "./durable-context.ts";
import type { RetryPolicy } from "./duration.ts";
import type { Operation } from "./step.ts";

/** Ends the steps of a saga because a step refused. This is a result, not a failure of the system. */
export class Refused<Refusal extends { readonly kind: string; readonly reason: string }> extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

/**
 * The result of an undo: the names of its activities in the order in which they ran, and the names of those that failed
 * after all retries.
 */
export interface UndoReport {
  readonly undone: string[];
  readonly failed: { readonly activity: string; readonly message: string }[];
}

/** A summary for an error message, with names only: the messages of failed undos are in the history. */
export function undoSummary({ undone, failed }: UndoReport): string {
  const names = failed.map(({ activity }) => activity);
  const notUndone = names.length > 0 ? `; NOT undone, needs manual repair: ${names.join(", ")}` : "";
  return `undone: ${undone.join(", ") || "nothing"}${notUndone}`;
}

interface Undo {
  readonly name: string;
  run(df: DurableContext<object, unknown>, retry: RetryPolicy): Operation<unknown>;
}

/**
 * The compensations of a saga. Push the undo **before** its step: a step that failed may still have had its effect, so
 * its undo must already be known, and must be harmless if there is nothing to undo. If a step refuses and did nothing,
 * `refused` removes its undo.
 */
export class UndoStack {
  readonly #undos: Undo[] = [];

  /** @param done called with the result of the undo */
  push<Input extends object, Output>(
    activity: ActivityContract<Input, Output>,
    input: Input,
    done?: (output: Output) => void,
  ): void {
    this.#undos.push({
      name: activity.name,
      *run(df, retry) {
        const output = yield* df.callActivity(activity, input, retry);
        done?.(output);
      },
    });
  }

  /** Removes the last undo, because its step refused and did nothing: `throw undo.refused(answer)`. */
  refused<Refusal extends { readonly kind: string; readonly reason: string }>(
    refusal: Refusal,
  ): Refused<Refusal> {
    this.#undos.pop();
    return new Refused(refusal);
  }

  /** Runs all undos in reverse order. An undo that fails after all retries is reported and does not stop the others. */
  *run(df: DurableContext<object, unknown>, retry: RetryPolicy): Operation<UndoReport> {
    const report: UndoReport = { undone: [], failed: [] };
    for (let undo = this.#undos.pop(); undo; undo = this.#undos.pop()) {
      try {
        yield* undo.run(df, retry);
        report.undone.push(undo.name);
      } catch (error) {
        report.failed.push({ activity: undo.name, message: failureMessage(error) });
      }
    }
    return report;
  }
}
