/** How a refund restarts, after its host failed or it was terminated (docs/operations.md). */
import { z } from "zod";
import {
  type FormerCall,
  formerCalls,
  formerEvents,
  type FormerRun,
} from "../../durable/task-hub/former-run.ts";
import {
  askForDecision,
  checkLimit,
  decision,
  decisionTaken,
  escalationDecided,
  type FormerRounds,
  refundDecided,
  type RefundInput,
  refundInput,
} from "./refund.contract.ts";

/**
 * A restarted refund keeps its rounds with their deadlines, and a decision. If no mail could be sent in a round, the
 * round starts again, because its approver had no time yet.
 */
export function nextRefundInput(run: FormerRun): RefundInput {
  const { former: earlier, ...request } = refundInput.parse(run.input);
  if (wasWithinLimit(run)) return { ...request, isWithinLimit: true };
  const former = formerRounds(run, request, earlier);
  return { ...request, ...(former && { former }) };
}

/**
 * Undefined if there was no round yet. With a decision, a missing history does not matter, because the times are not
 * needed.
 */
function formerRounds(
  run: FormerRun,
  request: RefundInput,
  earlier: Partial<FormerRounds> = {},
): FormerRounds | undefined {
  const { first, second } = byRound(formerCalls(run, askForDecision.name), earlier);
  const firstEnd = earlier.escalatedAt ?? second[0]?.scheduledAt.toISOString();
  const decision = earlier.decision ?? decisionIn(run, request, firstEnd);
  const createdAt = decision && run.instance.createdAt.toISOString();
  const begunAt = earlier.begunAt ?? beginningOf(first, decision) ?? createdAt;
  if (begunAt === undefined) return undefined;
  const escalatedAt = earlier.escalatedAt ?? beginningOf(second, decision);
  return { begunAt, ...(escalatedAt !== undefined && { escalatedAt }), ...(decision && { decision }) };
}

/** The limit may have changed since, and the money may already have been given back. */
const wasWithinLimit = (run: FormerRun) =>
  formerCalls(run, checkLimit.name).some(
    ({ kind, result }) => kind === "completed" && within.safeParse(result).success,
  );
const within = z.object({ isWithinLimit: z.literal(true) });

/** Assigns the calls to rounds. Retries follow failed calls; a call after a completed one belongs to the next round. */
function byRound(asked: readonly FormerCall[], earlier: Partial<FormerRounds>) {
  if (earlier.escalatedAt !== undefined) return { first: [], second: asked };
  const last = asked.findIndex(({ kind }) => kind === "completed");
  return last < 0
    ? { first: asked, second: [] }
    : { first: asked.slice(0, last + 1), second: asked.slice(last + 1) };
}

/** A call without a result may have sent the mail. If there is a decision, it did. */
function beginningOf(asked: readonly FormerCall[], decided: FormerRounds["decision"]): string | undefined {
  const isAsked = decided !== undefined || asked.some(({ kind }) => kind !== "failed");
  return isAsked ? asked[0]?.scheduledAt.toISOString() : undefined;
}

/** The first decision of the open round. A decision of the other approver was too late. */
function decisionIn(
  run: FormerRun,
  { approver, escalateTo }: RefundInput,
  firstEnd: string | undefined,
): FormerRounds["decision"] {
  const first = decisionsOf(run, refundDecided.name).find(
    ({ at }) => firstEnd === undefined || at.toISOString() < firstEnd,
  );
  if (first) return { ...first.decision, by: approver };
  const [second] = decisionsOf(run, escalationDecided.name);
  return second ? { ...second.decision, by: escalateTo } : decisionShown(run);
}

/** From the custom status. */
const decisionShown = ({ instance }: FormerRun) => shown.safeParse(instance.customStatus).data?.decision;
const shown = z.object({ decision: decisionTaken });

const decisionsOf = (run: FormerRun, event: string) =>
  formerEvents(run, event).flatMap(({ at, payload }) => {
    const { success, data } = decision.safeParse(payload);
    return success ? [{ at, decision: data }] : [];
  });
