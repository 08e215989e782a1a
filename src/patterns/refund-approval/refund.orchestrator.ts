/**
 * Human interaction: a refund above the limit waits for somebody's decision, for days if need be.
 *
 *   checkLimit ─ within ──────────────────────────────────────────▶ giveMoneyBack
 *       └ above ─▶ first round ─ undecided ─▶ second round           ▲
 *                       └ decided ────────────────┴──── approved ────┘
 *                                                 └──── rejected, or expired
 *
 * The trap: a decision that comes late. Each round has an event of its own, so that one meant for the first is not
 * taken for the second approver's. How a round waits is in refund-round.orchestrator.ts.
 */
import { orchestrator } from "../../durable/orchestration/orchestrator.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import type { Operation } from "../../durable/orchestration/step.ts";
import { productSales } from "../sales-aggregator/sales.contract.ts";
import * as refund from "./refund.contract.ts";
import { NOBODY_ASKED, type RefundStatus } from "./refund.progress.ts";
import { awaitDecision } from "./refund-round.orchestrator.ts";
import { firstRound, secondRound } from "./refund.rounds.ts";

/** Money is at stake: a step is tried for an hour before the refund fails. */
const RETRY: RetryPolicy = { maxAttempts: 20, firstInterval: { seconds: 1 }, maxInterval: { minutes: 5 } };

export const refundOrchestrator = orchestrator(refund.refundApproval, function* (df, request) {
  const { orderId, amount, former } = request;
  const refundId = df.instanceId;
  let status: RefundStatus = NOBODY_ASKED;
  const report = (change: Partial<RefundStatus>) => df.setCustomStatus((status = { ...status, ...change }));

  function* giveBack(kind: "autoApproved" | "approved", decidedBy: string): Operation<refund.RefundResult> {
    const order = { refundId, orderId, amount, at: df.currentUtcDateTime.toISOString() };
    const given = yield* df.callActivity(refund.giveMoneyBack, order, RETRY);
    for (const { sku, ...share } of given.shares) df.signalEntity(productSales, sku, "refunded", share);
    if (given.kind === "refused") return { kind: "notRefundable", decidedBy, reason: given.reason };
    return { kind, decidedBy, refundId: given.refundId };
  }

  /** A refund that starts again goes on with the round in which it was, and with the rest of its time. */
  function* decided() {
    if (former?.escalatedAt === undefined) {
      const decision = yield* awaitDecision(df, request, firstRound(request, df.currentUtcDateTime), report);
      if (decision) return decision;
    }
    return yield* awaitDecision(df, request, secondRound(request, df.currentUtcDateTime), report);
  }

  report({});
  // Version 1.0 asked somebody about every refund: those have no checkLimit in their history (docs/versioning.md). With
  // `former` the refund starts again after somebody was asked (docs/operations.md), so its amount was above the limit.
  if (df.isSince("2.0") && !former) {
    const check = request.isWithinLimit
      ? { isWithinLimit: true }
      : yield* df.callActivity(refund.checkLimit, { amount }, RETRY);
    if (check.isWithinLimit) return yield* giveBack("autoApproved", "policy");
  }
  const decision = former?.decision ?? (yield* decided());
  report({ waitingFor: null, deadline: null, ...(decision && { decision }) });
  if (!decision) return { kind: "expired", decidedBy: "deadline" };
  if (decision.choice === "reject") return { kind: "rejected", decidedBy: decision.by };
  return yield* giveBack("approved", decision.by);
});
