/**
 * Human interaction: a refund above the limit waits for a person's decision, for days if necessary.
 *
 *   checkLimit ─ within ──────────────────────────────────────────▶ giveMoneyBack
 *       └ above ─▶ first round ─ undecided ─▶ second round           ▲
 *                       └ decided ────────────────┴──── approved ────┘
 *                                                 └──── rejected, or expired
 *   A round:
 *     askForDecision ─▶ decision, or timer? ── decision ────────▶ decided
 *                         ▲  └── reminder due ─▶ remindApprover ─┐
 *                         └──────────────────────────────────────┘     (at the end of the time: undecided)
 *
 * The trap: a decision that comes late. Each round has its own event, so that a decision for the first round does not
 * count as the second approver's. And a decision that arrives while a reminder is sent goes to the waiter of the
 * previous race, so the next race would never get it. The inbox keeps all waiters of a round.
 */
import type { DurableContext } from "../../durable/orchestration/durable-context.ts";
import {
  isoMilliseconds,
  momentAfter,
  type RetryPolicy,
  TIMER_TOLERANCE,
} from "../../durable/orchestration/duration.ts";
import { orchestrator } from "../../durable/orchestration/functions.ts";
import type { Operation } from "../../durable/orchestration/step.ts";
import { productSales } from "../sales-aggregator/sales.contract.ts";
import * as refund from "./refund.contract.ts";

/**
 * A step is retried for an hour before the refund fails, because it concerns money, and people have waited for days.
 */
const RETRY: RetryPolicy = { maxAttempts: 20, firstInterval: { seconds: 1 }, maxInterval: { minutes: 5 } };

export const refundOrchestrator = orchestrator(refund.refundApproval, function* (df, request) {
  const { orderId, amount, former } = request;
  const report = reporter(df);

  report({});
  // Version 1.0 asked an approver about every refund: those have no checkLimit in their history (docs/versioning.md).
  // With `former` the refund is restarted after an approver was asked (docs/operations.md), so its amount was above the
  // limit.
  if (df.isSince("2.0") && !former) {
    const check = request.isWithinLimit
      ? { isWithinLimit: true }
      : yield* df.callActivity(refund.checkLimit, { amount }, RETRY);
    if (check.isWithinLimit) return yield* giveBack("autoApproved", "policy");
  }

  // A restarted refund continues with its current round and the rest of its time.
  let decision = former?.decision;
  if (!decision && former?.escalatedAt === undefined) {
    decision = yield* roundOf(firstRound(request, df.currentUtcDateTime));
  }
  if (!decision) {
    decision = yield* roundOf(secondRound(request, df.currentUtcDateTime));
  }
  report({ waitingFor: null, deadline: null, ...(decision && { decision }) });

  if (!decision) return { kind: "expired", decidedBy: "deadline" };
  if (decision.choice === "reject") return { kind: "rejected", decidedBy: decision.by };
  return yield* giveBack("approved", decision.by);

  /** One approver's turn to decide. Undefined if there was no decision. */
  function* roundOf(round: refund.Round): Operation<refund.DecisionTaken | undefined> {
    report({ waitingFor: round.approver, deadline: round.closesAt, escalated: round.number === 2 });
    const mail = { refundId: df.instanceId, refund: request, round };
    yield* df.callActivity(refund.askForDecision, mail, RETRY);

    for (const [index, moment] of round.remindAt.entries()) {
      const decision = yield* decisionBefore(new Date(moment), round);
      if (decision) return decision;
      const reminder = index + 1;
      yield* df.callActivity(refund.remindApprover, { ...mail, reminder }, RETRY);
      report({ remindersSent: reminder });
    }
    return yield* decisionBefore(momentAfter(round.closesAt, TIMER_TOLERANCE), round);
  }

  /** Continues to wait after an event that is not a decision. */
  function* decisionBefore(due: Date, { number, approver: by }: refund.Round) {
    const inbox = df.inbox(number === 1 ? refund.refundDecided : refund.escalationDecided);
    for (;;) {
      const [earlier] = inbox.take();
      if (earlier) return { ...earlier, by };
      const first = yield* df.race({ decided: inbox.next(), due: df.createTimer(due) });
      if (first.winner !== "due") continue;
      const [last] = inbox.take();
      return last && { ...last, by };
    }
  }

  function* giveBack(kind: "autoApproved" | "approved", decidedBy: string): Operation<refund.RefundResult> {
    const at = df.currentUtcDateTime.toISOString();
    const order = { refundId: df.instanceId, orderId, amount, at };
    const given = yield* df.callActivity(refund.giveMoneyBack, order, RETRY);
    for (const { sku, ...share } of given.shares) df.signalEntity(productSales, sku, "refunded", share);
    if (given.kind === "refused") return { kind: "notRefundable", decidedBy, reason: given.reason };
    return { kind, decidedBy, refundId: given.refundId };
  }
});

/** Reports changes to callers. */
function reporter(df: DurableContext<refund.RefundInput, refund.RefundStatus>) {
  let status: refund.RefundStatus = refund.INITIAL_PROGRESS;
  return (change: Partial<refund.RefundStatus>) => {
    status = { ...status, ...change };
    df.setCustomStatus(status);
  };
}

/**
 * The deadlines of a round, with a reminder after each third of the time. The round starts now, or started in the
 * former run.
 */
function firstRound({ approver, deadline, former }: refund.RefundInput, now: Date): refund.Round {
  const length = isoMilliseconds(deadline);
  const begunAt = former?.begunAt ?? now;
  const after = (milliseconds: number) =>
    momentAfter(begunAt, { milliseconds: Math.floor(milliseconds) }).toISOString();
  const remindAt = [after(length / 3), after((2 * length) / 3)];
  return { number: 1, approver, remindAt, closesAt: after(length) };
}

/** The second approver has a third of the first approver's time, and gets no reminders. */
function secondRound({ escalateTo, deadline, former }: refund.RefundInput, now: Date): refund.Round {
  const third = { milliseconds: Math.floor(isoMilliseconds(deadline) / 3) };
  const closesAt = momentAfter(former?.escalatedAt ?? now, third).toISOString();
  return { number: 2, approver: escalateTo, remindAt: [], closesAt };
}
