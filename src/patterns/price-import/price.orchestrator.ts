/**
 * Error handling for a whole price list: a failed line is reported, or causes a rollback of the import.
 *
 *   splitPriceList ──▶ 20 pages at a time ──▶ all done ──────────────▶ writeDeadLetters ──▶ discardPages
 *                          │  ▲   └ continueAsNew                         ▲
 *                          ▼  └───────────────────────                    │
 *              onError: fail, and a line failed ──▶ roll back pages ──────┘
 *
 * The trap: a step for each of 100,000 lines. Here, a step applies a whole page, and only individual lines have their
 * own retry loop. The lines are in blobs; a history contains only page numbers, and at most twenty pages.
 */
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import { orchestrator } from "../../durable/orchestration/functions.ts";
import { PART_RETRY, type RetryPolicy, STORAGE_RETRY } from "../../durable/orchestration/duration.ts";
import { firstError, type Operation, settled } from "../../durable/orchestration/step.ts";
import { priceSinglesImport, individualLinesId } from "./lines/line.contract.ts";
import * as price from "./price.contract.ts";
import {
  initialState,
  interruptedStatus,
  isOver,
  replacedStatus,
  resultOf,
  statusOf,
  stateAfterFault,
} from "./price.progress.ts";

/** After these pages, it continues as new, so that the history does not grow with the list. */
const PAGES_PER_EXECUTION = 20;
/** Individual lines that an import runs in parallel; at least one per page. */
const LINES_AT_ONCE = 20;
const APPLY_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };
/** A rollback is retried for an hour, because it concerns prices. */
const UNDO_RETRY: RetryPolicy = { maxAttempts: 20, firstInterval: { seconds: 2 } };

export const priceImportOrchestrator = orchestrator(price.priceImport, function* (df, input) {
  const { list, etag, policy } = input;
  const importId = df.instanceId;
  let { state } = input;
  if (!state) {
    const split = yield* df.callActivity(price.splitPriceList, { importId, list, etag }, STORAGE_RETRY);
    if (split.kind === "replaced") {
      df.setCustomStatus(replacedStatus(list));
      throw new Error("The price list was replaced");
    }
    state = initialState(split, df.currentUtcDateTime, policy);
  }
  df.setCustomStatus(statusOf(state));

  if (!isOver(state)) {
    const next =
      state.undo === undefined
        ? yield* applyPages(df, policy, state)
        : yield* withdrawPages(df, state, state.undo);
    return df.continueAsNew({ ...input, state: next });
  }
  // Also after a fault: there may be a line whose failure is recorded but not counted.
  if (!state.isFiled && (state.tally.failed > 0 || state.fault !== undefined)) {
    yield* df.callActivity(price.writeDeadLetters, { importId, pages: state.pages }, STORAGE_RETRY);
  }
  yield* df.callActivity(price.discardPages, { importId }, STORAGE_RETRY);
  if (state.fault === undefined) return resultOf(state);
  df.setCustomStatus(interruptedStatus(state));
  throw new Error(state.fault);
});

type Context = DurableContext<price.ImportInput, price.ImportStatus>;

/** Applies several pages in sequence, and then their individual lines in parallel. */
function* applyPages(
  df: Context,
  policy: price.ImportPolicy,
  state: price.ImportState,
): Operation<price.ImportState> {
  const key = { importId: df.instanceId, begunAt: state.begunAt };
  const end = Math.min(state.next + PAGES_PER_EXECUTION, state.pages);
  const pagesWithLines: number[] = [];
  let { tally } = state;
  for (let page = state.next; page < end; page++) {
    const step = yield* settled(df.callActivity(price.applyPage, { ...key, page }, APPLY_RETRY));
    if (step.kind === "failed") return stateAfterFault(step.error, { ...state, tally }, policy, end);
    const { applied, singles } = step.value;
    tally = price.addCounts(tally, { applied });
    if (singles > 0) pagesWithLines.push(page);
    df.setCustomStatus(statusOf({ ...state, tally }, pagesWithLines));
  }
  // The pages divide the limit, because each line uses one of the places for all activities of the app.
  const atOnce = Math.max(1, Math.floor(LINES_AT_ONCE / pagesWithLines.length));
  const input = { ...key, policy, from: 0, atOnce, tally: price.NO_LINES };
  // Waits for all of them: prices of the other pages are counted if one fails, and none is set during a rollback.
  const ends = yield* df.allSettled(
    pagesWithLines.map((page) => {
      const options = { instanceId: individualLinesId(df.instanceId, page), retry: PART_RETRY };
      return df.callSubOrchestrator(priceSinglesImport, { ...input, page }, options);
    }),
  );
  const counted = ends.flatMap((end) => (end.kind === "done" ? [end.value] : []));
  for (const counts of counted) tally = price.addCounts(tally, counts);
  const fault = firstError(ends) ?? counted.find(({ fault }) => fault !== undefined)?.fault;
  if (fault !== undefined) return stateAfterFault(fault, { ...state, tally }, policy, end);
  const isFailed = policy.onError === "fail" && tally.failed > 0;
  return { ...state, tally, next: end, ...(isFailed && { undo: end - 1 }) };
}

/** Rolls pages back, the last one first. It has no effect for a page without applied prices. */
function* withdrawPages(df: Context, state: price.ImportState, from: number): Operation<price.ImportState> {
  const key = { importId: df.instanceId, begunAt: state.begunAt };
  const end = Math.max(-1, from - PAGES_PER_EXECUTION);
  for (let page = from; page > end; page--) {
    yield* df.callActivity(price.withdrawPage, { ...key, page }, UNDO_RETRY);
  }
  return { ...state, undo: end };
}
