/**
 * Human interaction: a refund above the limit waits for somebody's decision, for days if need be.
 *
 *   checkLimit ─ within ─────────────────────────────────────────────▶ giveMoneyBack
 *       └ above ─▶ askForDecision ─▶ decision or timer? ── approved ──────┘
 *                     ▲      ▲ remind (1/3, 2/3) ──┤├──── rejected
 *                     └ escalate (deadline) ───────┘└──── expired (second deadline)
 *
 * The trap: a decision that comes while a reminder is sent goes to the waiter of the race before. The inbox keeps
 * all waiters of a round, so that it is not lost.
 */
import { orchestrator } from "../../durable/orchestrator.ts";
import type { RetryPolicy } from "../../durable/retry-policy.ts";
import type { Operation } from "../../durable/step.ts";
import { productSales } from "../sales-aggregator/sales.contract.ts";
import * as refund from "./refund.contract.ts";
import { type Decision, NOBODY_ASKED, type RefundStatus } from "./refund.progress.ts";
import { firstRound, interruptions, type Round, secondRound } from "./refund.rounds.ts";

/** People wait for days: a step is tried for more than an hour before the refund fails. */
const RETRY: RetryPolicy = { maxAttempts: 20, firstInterval: { seconds: 1 }, maxInterval: { minutes: 5 } };

export const refundOrchestrator = orchestrator(refund.refundApproval, function* (df, request) {
  const { orderId, amount } = request;
  const refundId = df.instanceId;
  let status: RefundStatus = NOBODY_ASKED;
  const report = (change: Partial<RefundStatus>) => df.setCustomStatus((status = { ...status, ...change }));

  function* ask(round: Round): Operation<Decision | undefined> {
    const { approver, closesAt, number } = round;
    report({ waitingFor: approver, deadline: closesAt, escalated: number === 2 });
    const mail = { refundId, refund: request, round };
    yield* df.callActivity(refund.askForDecision, mail, RETRY);
    const decisions = df.inbox(number === 1 ? refund.refundDecided : refund.escalationDecided);
    for (const [index, moment] of interruptions(round).entries()) {
      if (index > 0) {
        yield* df.callActivity(refund.remindApprover, { ...mail, reminder: index }, RETRY);
        report({ remindersSent: index });
      }
      let [decision] = decisions.take();
      if (!decision) {
        yield* df.race({ decided: decisions.next(), due: df.createTimer(moment) });
        [decision] = decisions.take();
      }
      if (decision) return { ...decision, by: approver };
    }
    return undefined;
  }

  function* giveBack(kind: "autoApproved" | "approved", decidedBy: string): Operation<refund.RefundResult> {
    const order = { refundId, orderId, amount, at: df.currentUtcDateTime.toISOString() };
    const given = yield* df.callActivity(refund.giveMoneyBack, order, RETRY);
    if (given.kind === "refused") return { kind: "notRefundable", decidedBy, reason: given.reason };
    for (const { sku, ...share } of given.shares) df.signalEntity(productSales, sku, "refunded", share);
    return { kind, decidedBy, refundId: given.refundId };
  }

  report({});
  // Version 1.0 asked somebody about every refund: those have no checkLimit in their history (docs/versioning.md).
  if (df.isSince("2.0")) {
    const { isWithinLimit } = yield* df.callActivity(refund.checkLimit, { amount }, RETRY);
    if (isWithinLimit) return yield* giveBack("autoApproved", "policy");
  }
  const decision =
    (yield* ask(firstRound(request, df.currentUtcDateTime))) ??
    (yield* ask(secondRound(request, df.currentUtcDateTime)));
  report({ waitingFor: null, deadline: null, ...(decision && { decision }) });
  if (!decision) return { kind: "expired", decidedBy: "deadline" };
  if (decision.choice === "reject") return { kind: "rejected", decidedBy: decision.by };
  return yield* giveBack("approved", decision.by);
});
