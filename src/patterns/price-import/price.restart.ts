import { formerCalls, type FormerRun } from "../../durable/task-hub/former-run.ts";
import {
  applyPage,
  discardPages,
  type ImportInput,
  importInput,
  splitPriceList,
  type SplitResult,
  writeDeadLetters,
} from "./price.contract.ts";
import { begun } from "./price.progress.ts";

/**
 * An import that starts again keeps its beginning, by which its prices are newer or older than another import's, and
 * its dead letters once they are written: the pages that they are made of go next. What its execution had done beside
 * that, it finds done.
 */
export function nextImportInput(run: FormerRun): ImportInput {
  const input = importInput.parse(run.input);
  const [page] = formerCalls(run, applyPage.name);
  const split = formerCalls(run, splitPriceList.name).find(({ kind }) => kind === "completed")?.result;
  const state = input.state ?? stateOf(split as SplitResult | undefined, page?.scheduledAt, input);
  if (!state) return input;
  const hasFiled = formerCalls(run, writeDeadLetters.name).some(({ kind }) => kind === "completed");
  const hasDiscarded = formerCalls(run, discardPages.name).length > 0;
  return { ...input, state: { ...state, ...((hasFiled || hasDiscarded) && { isFiled: true }) } };
}

/** No page was under way: its beginning is yet to come. */
function stateOf(split: SplitResult | undefined, begunAt: Date | undefined, { policy }: ImportInput) {
  return split?.kind === "split" && begunAt ? begun(split, begunAt, policy) : undefined;
}
