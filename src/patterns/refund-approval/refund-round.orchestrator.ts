/**
 * One approver's time to decide; part of the refund's orchestration.
 *
 *   askForDecision ─▶ decision, or timer? ── decision ────────▶ decided
 *                       ▲  └── reminder due ─▶ remindApprover ─┐
 *                       └──────────────────────────────────────┘     (at the end of the time: undecided)
 *
 * The trap: a decision that comes while a reminder is sent goes to the waiter of the race before, and the next race
 * would wait in vain. The inbox keeps all waiters of a round.
 */
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import type { Operation } from "../../durable/orchestration/step.ts";
import * as refund from "./refund.contract.ts";
import type { Decision, RefundProgress, RefundStatus } from "./refund.progress.ts";
import type { RefundCase } from "./refund.request.ts";
import { interruptions, type Round } from "./refund.rounds.ts";

/** People wait for days: a mail is tried for an hour before the refund fails. */
const RETRY: RetryPolicy = { maxAttempts: 20, firstInterval: { seconds: 1 }, maxInterval: { minutes: 5 } };

/** @param report is told what has changed */
export function* awaitDecision(
  df: DurableContext<RefundCase, RefundStatus>,
  request: RefundCase,
  round: Round,
  report: (change: Partial<RefundProgress>) => void,
): Operation<Decision | undefined> {
  report({ waitingFor: round.approver, deadline: round.closesAt, escalated: round.number === 2 });
  const mail = { refundId: df.instanceId, refund: request, round };
  yield* df.callActivity(refund.askForDecision, mail, RETRY);

  const decisions = df.inbox(round.number === 1 ? refund.refundDecided : refund.escalationDecided);
  for (const [reminder, moment] of interruptions(round).entries()) {
    if (reminder > 0) {
      yield* df.callActivity(refund.remindApprover, { ...mail, reminder }, RETRY);
      report({ remindersSent: reminder });
    }
    const decision = yield* decidedBefore(moment);
    if (decision) return { ...decision, by: round.approver };
  }
  return undefined;

  /** Waits on after an event that is no decision. */
  function* decidedBefore(moment: Date) {
    for (;;) {
      const [earlier] = decisions.take();
      if (earlier) return earlier;
      const first = yield* df.race({ decided: decisions.next(), due: df.createTimer(moment) });
      if (first.winner === "due") return decisions.take()[0];
    }
  }
}
