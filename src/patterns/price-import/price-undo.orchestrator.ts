/** What one execution of an import that failed as a whole does: a bounded number of pages, backward. */
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import type { Operation } from "../../durable/orchestration/step.ts";
import { type ImportInput, withdrawPage } from "./price.contract.ts";
import { type ImportState, type ImportStatus, PAGES_PER_EXECUTION } from "./price.progress.ts";

/** Prices are at stake: taking back is tried for an hour. */
const UNDO_RETRY: RetryPolicy = { maxAttempts: 20, firstInterval: { seconds: 2 } };

/** From the last page to the first; a page of which nothing was applied does no harm. */
export function* withdrawPages(
  df: DurableContext<ImportInput, ImportStatus>,
  state: ImportState,
  from: number,
): Operation<ImportState> {
  const key = { importId: df.instanceId, begunAt: state.begunAt };
  const end = Math.max(-1, from - PAGES_PER_EXECUTION);
  for (let page = from; page > end; page--) {
    yield* df.callActivity(withdrawPage, { ...key, page }, UNDO_RETRY);
  }
  return { ...state, undo: end };
}
