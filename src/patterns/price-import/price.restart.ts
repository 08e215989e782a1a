/** How an import starts again, after its host failed or it was terminated (docs/operations.md). */
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
import { begun } from "./price.progress.ts";

/**
 * An import that starts again keeps the time of its beginning, by which its prices are newer or older than those of
 * another import. It keeps its dead letters once they are written, because the pages that they are made of are deleted
 * next. All other steps may run again: they find done what was done.
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

/** Undefined if no page was started: then the import has not begun yet. */
function stateOf(split: SplitList | undefined, begunAt: Date | undefined, { policy }: ImportInput) {
  return split?.kind === "split" && begunAt ? begun(split, begunAt, policy) : undefined;
}
