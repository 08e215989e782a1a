import { type FormerCall, formerCalls, formerEvents, type FormerRun } from "../../durable/former-run.ts";
import { askForDecision, escalationDecided, refundDecided } from "./refund.contract.ts";
import { decision, type FormerRounds, refundCase, type RefundCase } from "./refund.request.ts";

/** A refund that starts again keeps its rounds, with their deadlines, and a decision that was taken. */
export function nextRefundInput(run: FormerRun): RefundCase {
  const { former: earlier, ...request } = refundCase.parse(run.input);
  const asked = formerCalls(run, askForDecision.name);
  const [first] = asked;
  if (!first) return { ...request, ...(earlier && { former: earlier }) };
  const begunAt = earlier?.begunAt ?? first.scheduledAt.toISOString();
  const escalatedAt = earlier?.escalatedAt ?? escalation(asked);
  const rounds = { begunAt, ...(escalatedAt !== undefined && { escalatedAt }) };
  const decided = earlier?.decision ?? decisionIn(run, request, rounds);
  return { ...request, former: { ...rounds, ...(decided && { decision: decided }) } };
}

/** Tries of the same question follow on failed ones; a question after one that was asked is that of the next round. */
function escalation(asked: readonly FormerCall[]): string | undefined {
  const at = asked.findIndex(({ kind }) => kind === "completed");
  return at < 0 ? undefined : asked[at + 1]?.scheduledAt.toISOString();
}

/** The first one of the round that was open: the other approver's came too late. */
function decisionIn(
  run: FormerRun,
  { approver, escalateTo }: RefundCase,
  { escalatedAt }: FormerRounds,
): FormerRounds["decision"] {
  const first = decisionsOf(run, refundDecided.name).find(
    ({ at }) => escalatedAt === undefined || at.toISOString() < escalatedAt,
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
