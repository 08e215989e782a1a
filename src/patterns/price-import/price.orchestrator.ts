/**
 * Error handling for a whole price list: a line that fails is reported, or takes the import back as a whole.
 *
 *   splitPriceList ──▶ 20 pages at a time ──▶ all done ──────────────▶ writeDeadLetters ──▶ discardPages
 *                          │  ▲   └ continueAsNew                         ▲
 *                          ▼  └───────────────────────                    │
 *              onError: fail, and a line failed ──▶ pages taken back ─────┘
 *
 * The trap is a step for each of 100,000 lines. Here a step applies a whole page, and only lines with difficulties get
 * a retry loop each. Histories have page numbers and the lines are in blobs, and no history has more than twenty pages.
 */
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import { orchestrator } from "../../durable/orchestration/functions.ts";
import { PART_RETRY, type RetryPolicy, STORAGE_RETRY } from "../../durable/orchestration/duration.ts";
import { firstError, type Operation, settled } from "../../durable/orchestration/step.ts";
import { priceSinglesImport, singlesId } from "./lines/line.contract.ts";
import * as price from "./price.contract.ts";
import { begun, interrupted, isOver, replaced, resultOf, statusOf, stoppedBy } from "./price.progress.ts";

/** Then it continues as new, so that no history grows with the list. */
const PAGES_PER_EXECUTION = 20;
/** Individual lines that one import runs at the same time; at least one of each page. */
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
      df.setCustomStatus(replaced(list));
      throw new Error("The price list was replaced");
    }
    state = begun(split, df.currentUtcDateTime, policy);
  }
  df.setCustomStatus(statusOf(state));

  if (!isOver(state)) {
    const next =
      state.undo === undefined
        ? yield* applyPages(df, policy, state)
        : yield* withdrawPages(df, state, state.undo);
    return df.continueAsNew({ ...input, state: next });
  }
  // After a fault in any case: a line whose reason is recorded may not be counted.
  if (!state.isFiled && (state.tally.failed > 0 || state.fault !== undefined)) {
    yield* df.callActivity(price.writeDeadLetters, { importId, pages: state.pages }, STORAGE_RETRY);
  }
  yield* df.callActivity(price.discardPages, { importId }, STORAGE_RETRY);
  if (state.fault === undefined) return resultOf(state);
  df.setCustomStatus(interrupted(state));
  throw new Error(state.fault);
});

type Context = DurableContext<price.ImportInput, price.ImportStatus>;

/** Applies pages one after another, and then the lines of all of them that the supplier wants one by one. */
function* applyPages(
  df: Context,
  policy: price.ImportPolicy,
  state: price.ImportState,
): Operation<price.ImportState> {
  const key = { importId: df.instanceId, begunAt: state.begunAt };
  const end = Math.min(state.next + PAGES_PER_EXECUTION, state.pages);
  const singlesOf: number[] = [];
  let { tally } = state;
  for (let page = state.next; page < end; page++) {
    const step = yield* settled(df.callActivity(price.applyPage, { ...key, page }, APPLY_RETRY));
    if (step.kind === "failed") return stoppedBy(step.error, { ...state, tally }, policy, end);
    const { applied, singles } = step.value;
    tally = price.addCounts(tally, { applied });
    if (singles > 0) singlesOf.push(page);
    df.setCustomStatus(statusOf({ ...state, tally }, singlesOf));
  }
  // The pages share the lines at once: each line takes one of the places that all activities of the app share.
  const atOnce = Math.max(1, Math.floor(LINES_AT_ONCE / singlesOf.length));
  const input = { ...key, policy, from: 0, atOnce, tally: price.NO_LINES };
  // All of them settle: a price is counted if another page's fails, and none is set while all are taken back.
  const ends = yield* df.allSettled(
    singlesOf.map((page) => {
      const options = { instanceId: singlesId(df.instanceId, page), retry: PART_RETRY };
      return df.callSubOrchestrator(priceSinglesImport, { ...input, page }, options);
    }),
  );
  const counted = ends.flatMap((end) => (end.kind === "done" ? [end.value] : []));
  for (const counts of counted) tally = price.addCounts(tally, counts);
  const fault = firstError(ends) ?? counted.find(({ fault }) => fault !== undefined)?.fault;
  if (fault !== undefined) return stoppedBy(fault, { ...state, tally }, policy, end);
  const isFailed = policy.onError === "fail" && tally.failed > 0;
  return { ...state, tally, next: end, ...(isFailed && { undo: end - 1 }) };
}

/** Takes pages back, the last one first. A page of which nothing was applied does no harm. */
function* withdrawPages(df: Context, state: price.ImportState, from: number): Operation<price.ImportState> {
  const key = { importId: df.instanceId, begunAt: state.begunAt };
  const end = Math.max(-1, from - PAGES_PER_EXECUTION);
  for (let page = from; page > end; page--) {
    yield* df.callActivity(price.withdrawPage, { ...key, page }, UNDO_RETRY);
  }
  return { ...state, undo: end };
}
