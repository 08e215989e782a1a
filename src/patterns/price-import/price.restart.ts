/** How an import restarts, after its host failed or it was terminated (docs/operations.md). */
import { formerCalls, type FormerRun } from "../../durable/task-hub/former-run.ts";
import {
  applyPage,
  discardPages,
  type ImportInput,
  importInput,
  splitPriceList,
  type SplitList,
  writeDeadLetters,
} from "./price.contract.ts";
import { initialState } from "./price.progress.ts";

/**
 * A restarted import keeps its start time, which decides if its prices are newer than those of another import. It also
 * keeps its dead letters once they are written, because the pages for them are deleted next. All other steps may run
 * again: they detect what was already done.
 */
export function nextImportInput(run: FormerRun): ImportInput {
  const input = importInput.parse(run.input);
  const [page] = formerCalls(run, applyPage.name);
  const split = formerCalls(run, splitPriceList.name).find(({ kind }) => kind === "completed")?.result;
  const state = input.state ?? stateOf(split as SplitList | undefined, page?.scheduledAt, input);
  if (!state) return input;
  const hasFiled = formerCalls(run, writeDeadLetters.name).some(({ kind }) => kind === "completed");
  const hasDiscarded = formerCalls(run, discardPages.name).length > 0;
  return { ...input, state: { ...state, ...((hasFiled || hasDiscarded) && { isFiled: true }) } };
}

/** Undefined if no page was started, because then the import has not started yet. */
function stateOf(split: SplitList | undefined, begunAt: Date | undefined, { policy }: ImportInput) {
  return split?.kind === "split" && begunAt ? initialState(split, begunAt, policy) : undefined;
}
