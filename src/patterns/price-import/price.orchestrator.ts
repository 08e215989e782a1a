/**
 * Error handling for a whole price list: a line that fails is reported, or takes the import back as a whole.
 *
 *   splitPriceList ──▶ 20 pages at a time ──▶ all done ──────────────▶ writeDeadLetters ──▶ discardPages
 *                          │  ▲   └ continueAsNew                         ▲
 *                          ▼  └───────────────────────                    │
 *              onError: fail, and a line failed ──▶ pages taken back ─────┘
 *
 * The trap is a step for each of 100,000 lines. Here a step applies a whole page, and only lines in trouble get a
 * retry loop each. Page numbers travel while lines stay in blobs, and no history sees more than twenty pages.
 */
import { orchestrator } from "../../durable/orchestration/orchestrator.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import { applyPages } from "./price-pages.orchestrator.ts";
import { withdrawPages } from "./price-undo.orchestrator.ts";
import { discardPages, priceImport, splitPriceList, writeDeadLetters } from "./price.contract.ts";
import { begun, failedWith, interrupted, isOver, resultOf, statusOf } from "./price.progress.ts";

const STORAGE_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };

export const priceImportOrchestrator = orchestrator(priceImport, function* (df, input) {
  const { list, etag, policy } = input;
  const importId = df.instanceId;
  let state = input.state;
  if (!state) {
    const split = yield* df.callActivity(splitPriceList, { importId, list, etag }, STORAGE_RETRY);
    if (split.kind === "replaced") {
      df.setCustomStatus(
        failedWith("priceListReplaced", `${list} was replaced before the import could read it`),
      );
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
  // After a fault in any case: a line whose reason is recorded may be in no count.
  if (!state.isFiled && (state.tally.failed > 0 || state.fault !== undefined)) {
    yield* df.callActivity(writeDeadLetters, { importId, pages: state.pages }, STORAGE_RETRY);
  }
  yield* df.callActivity(discardPages, { importId }, STORAGE_RETRY);
  if (state.fault === undefined) return resultOf(state);
  df.setCustomStatus(interrupted(state));
  throw new Error(state.fault);
});
