import { type FormerCall, formerCalls, formerEvents, type FormerRun } from "../../durable/former-run.ts";
import { askForDecision, escalationDecided, refundDecided } from "./refund.contract.ts";
import { decision, type FormerRounds, refundCase, type RefundCase } from "./refund.request.ts";

/**
 * A refund that starts again keeps its rounds, with their deadlines, and a decision that was taken. A round in which
 * nobody could be asked begins anew: its approver has had no time yet.
 */
export function nextRefundInput(run: FormerRun): RefundCase {
  const { former: earlier, ...request } = refundCase.parse(run.input);
  const { first, second } = byRound(formerCalls(run, askForDecision.name), earlier);
  const firstEnd = earlier?.escalatedAt ?? second[0]?.scheduledAt.toISOString();
  const decided = earlier?.decision ?? decisionIn(run, request, firstEnd);
  const begunAt = earlier?.begunAt ?? beginningOf(first, decided);
  if (begunAt === undefined) return request;
  const escalatedAt = earlier?.escalatedAt ?? beginningOf(second, decided);
  const rounds = { begunAt, ...(escalatedAt !== undefined && { escalatedAt }) };
  return { ...request, former: { ...rounds, ...(decided && { decision: decided }) } };
}

/** Tries of the same question follow on failed ones; a question after one that was asked is that of the next round. */
function byRound(asked: readonly FormerCall[], earlier?: FormerRounds) {
  if (earlier?.escalatedAt !== undefined) return { first: [], second: asked };
  const last = asked.findIndex(({ kind }) => kind === "completed");
  return last < 0
    ? { first: asked, second: [] }
    : { first: asked.slice(0, last + 1), second: asked.slice(last + 1) };
}

/** A call that was under way may have asked; and so has one whose answer was lost, if there is a decision. */
function beginningOf(asked: readonly FormerCall[], decided: FormerRounds["decision"]): string | undefined {
  const isAsked = decided !== undefined || asked.some(({ kind }) => kind !== "failed");
  return isAsked ? asked[0]?.scheduledAt.toISOString() : undefined;
}

/** The first one of the round that was open: the other approver's came too late. */
function decisionIn(
  run: FormerRun,
  { approver, escalateTo }: RefundCase,
  firstEnd: string | undefined,
): FormerRounds["decision"] {
  const first = decisionsOf(run, refundDecided.name).find(
    ({ at }) => firstEnd === undefined || at.toISOString() < firstEnd,
  );
  if (first) return { ...first.decision, by: approver };
  const [second] = decisionsOf(run, escalationDecided.name);
  return second && { ...second.decision, by: escalateTo };
}

const decisionsOf = (run: FormerRun, event: string) =>
  formerEvents(run, event).flatMap(({ at, payload }) => {
    const { success, data } = decision.safeParse(payload);
    return success ? [{ at, decision: data }] : [];
  });
