/** The state of an import, and the status that callers see. */
import { failureMessage } from "../../durable/orchestration/failure.ts";
import {
  type ImportPolicy,
  type ImportResult,
  type ImportState,
  type ImportStatus,
  NO_LINES,
  type SplitList,
} from "./price.contract.ts";

/** The state at the start. If `onError` is `fail` and the list has an invalid line, the import ends immediately. */
export function initialState(split: SplitList, now: Date, { onError }: ImportPolicy): ImportState {
  const { pages, total, invalid, repeated } = split;
  return {
    pages,
    total,
    repeated,
    begunAt: now.toISOString(),
    tally: { ...NO_LINES, failed: invalid },
    next: 0,
    ...(onError === "fail" && invalid > 0 && { undo: -1 }),
  };
}

/**
 * The state after a failure of the system (not of a line). Applied prices stay in force, unless `onError` is `fail`.
 *
 * @param end the page after the last one that may have been applied
 */
export function stateAfterFault(
  error: unknown,
  state: ImportState,
  { onError }: ImportPolicy,
  end: number,
): ImportState {
  const fault = failureMessage(error);
  return onError === "fail" ? { ...state, fault, undo: end - 1 } : { ...state, fault, next: state.pages };
}

export const isOver = ({ next, pages, undo }: ImportState): boolean =>
  undo === -1 || (undo === undefined && next === pages);

export function statusOf({ total, tally, undo }: ImportState, singlesOf: number[] = []): ImportStatus {
  return { total, ...tally, applied: undo === -1 ? 0 : tally.applied, singlesOf };
}

export function resultOf({ total, tally, repeated, undo }: ImportState): ImportResult {
  const counts = { total, failed: tally.failed, retried: tally.retried, repeated };
  return undo === undefined
    ? { kind: "imported", applied: tally.applied, ...counts }
    : { kind: "rolledBack", applied: 0, undone: tally.applied, ...counts };
}

/** Status of an import whose list was replaced before the import read it. */
export const replacedStatus = (list: string): ImportStatus => ({
  ...NO_LINES,
  total: 0,
  singlesOf: [],
  error: {
    type: "priceListReplaced",
    message: `${list} was replaced before the import could read it`,
  },
});

/**
 * Status of an import that ended because the system failed, and not a line. "At least", unless everything was rolled
 * back, because the effects of the failed step are not counted.
 */
export function interruptedStatus(state: ImportState): ImportStatus {
  const status = statusOf(state);
  const inForce = state.undo === undefined ? `at least ${status.applied}` : status.applied;
  const message = `The import could not continue; ${inForce} of ${status.total} lines are in force`;
  return { ...status, error: { type: "interrupted", message } };
}
