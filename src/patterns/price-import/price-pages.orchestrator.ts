/** What one execution of an import does: a bounded number of pages. */
import { firstError, type Operation, settled } from "../../durable/orchestration/step.ts";
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import { PART_RETRY, type RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import { priceSinglesImport } from "./price-line.contract.ts";
import { applyPage, type ImportInput } from "./price.contract.ts";
import {
  addTallies,
  type ImportState,
  type ImportStatus,
  type ImportTally,
  NOTHING_YET,
  PAGES_PER_EXECUTION,
  singlesId,
  statusOf,
  stoppedBy,
} from "./price.progress.ts";
import type { ImportPolicy } from "./price.request.ts";

/** Difficult lines that one import has under way at once; at least one of each page. */
const LINES_AT_ONCE = 20;
const APPLY_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };

type Context = DurableContext<ImportInput, ImportStatus>;

/** Pages go one after another, then the lines of all of them that need a call of their own. */
export function* applyPages(df: Context, policy: ImportPolicy, state: ImportState): Operation<ImportState> {
  const key = { importId: df.instanceId, begunAt: state.begunAt };
  const end = Math.min(state.next + PAGES_PER_EXECUTION, state.pages);
  const singlesOf: number[] = [];
  let { tally } = state;
  for (let page = state.next; page < end; page++) {
    const step = yield* settled(df.callActivity(applyPage, { ...key, page }, APPLY_RETRY));
    if (step.kind === "failed") return stoppedBy(step.error, { ...state, tally }, policy, end);
    const { applied, singles } = step.value;
    tally = addTallies(tally, { applied });
    if (singles > 0) singlesOf.push(page);
    df.setCustomStatus(statusOf({ ...state, tally }, singlesOf));
  }
  // All pages share one number of lines at once: each of them takes a place in the queue of the whole app.
  const atOnce = Math.max(1, Math.floor(LINES_AT_ONCE / singlesOf.length));
  const input = { ...key, policy, from: 0, atOnce, tally: NOTHING_YET };
  // All of them settle: a price is counted if another page's fails, and none is set while all are taken back.
  const ends = yield* df.allSettled(
    singlesOf.map((page) =>
      df.callSubOrchestrator(
        priceSinglesImport,
        { ...input, page },
        { instanceId: singlesId(df.instanceId, page), retry: PART_RETRY },
      ),
    ),
  );
  const singles = ends.flatMap((it) => (it.kind === "done" ? [it.value] : []));
  tally = singles.reduce<ImportTally>(addTallies, tally);
  const fault = firstError(ends) ?? singles.find((it) => it.fault !== undefined)?.fault;
  if (fault !== undefined) return stoppedBy(fault, { ...state, tally }, policy, end);
  const isFailed = policy.onError === "fail" && tally.failed > 0;
  return { ...state, tally, next: end, ...(isFailed && { undo: end - 1 }) };
}
