import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../durable/orchestration/contract.ts";
import type { Money } from "../../values/money.ts";
import type { RefundStatus } from "./refund.progress.ts";
import { decision, refundCase, type RefundCase } from "./refund.request.ts";
import type { Round } from "./refund.rounds.ts";

/** A product's part of the refund, as the sales of that product count it. */
type Share = { sku: string; key: string; amount: Money; at: string };

export type RefundResult =
  | { kind: "autoApproved" | "approved"; decidedBy: string; refundId: string }
  | { kind: "rejected" | "expired"; decidedBy: string }
  /** Agreed to, but the order is not confirmed, or so much is not left of what it was charged. */
  | { kind: "notRefundable"; decidedBy: string; reason: string };

export const refundApproval = defineOrchestration("refundApproval", {
  idPrefix: "refund-",
  input: refundCase,
  output: type<RefundResult>(),
  status: type<RefundStatus>(),
});

/** An event per round: a decision of the first one that comes late is not taken for one of the second. */
export const refundDecided = defineEvent("refundDecided", { payload: decision });
export const escalationDecided = defineEvent("escalationDecided", { payload: decision });

export const checkLimit = defineActivity("checkLimit", {
  input: type<{ amount: Money }>(),
  output: type<{ isWithinLimit: boolean }>(),
});

type Mail = { input: { refundId: string; refund: RefundCase; round: Round } };
export const askForDecision = defineActivity("askForDecision", {
  input: type<Mail["input"]>(),
  output: type<void>(),
});
export const remindApprover = defineActivity("remindApprover", {
  input: type<Mail["input"] & { reminder: number }>(),
  output: type<void>(),
});

export const giveMoneyBack = defineActivity("giveMoneyBack", {
  input: type<{ refundId: string; orderId: string; amount: Money; at: string }>(),
  /** Shares are what the books hold, whatever became of the money: totals are to say the same. */
  output: type<
    ({ kind: "refunded"; refundId: string } | { kind: "refused"; reason: string }) & { shares: Share[] }
  >(),
});
