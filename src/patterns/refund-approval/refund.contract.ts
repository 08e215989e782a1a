/** All messages of this pattern: the request, the decision, the steps, the status and the result. */
import { z } from "zod";
import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../durable/orchestration/contract.ts";
import { isoDuration } from "../../durable/orchestration/duration.ts";
import { currencyCode, type Money, plainText } from "../../values.ts";

/** What a caller sends to request a refund. */
export const refundRequest = z.strictObject({
  orderId: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
      "Must be 1 to 100 of A-Z, a-z, 0-9, _ and -, letter or digit first",
    ),
  amount: z.strictObject({
    value: z.int().min(1).max(100_000_000).describe("At most what is left of the order's charge"),
    currency: currencyCode.describe("The currency of the order's charge"),
  }),
  reason: plainText(500),
  approver: z.email().max(254),
  /** The approver who is asked if the first one does not decide in time. */
  escalateTo: z.email().max(254),
  /** The time limit of the first approver. */
  deadline: isoDuration("PT1S", "P365D").optional(),
});
export type RefundRequest = z.infer<typeof refundRequest>;

/** An approver's decision. Each has a new `id`, so that its sender can find out whether it was accepted. */
export const decision = z.strictObject({ id: z.string().max(64), choice: z.enum(["approve", "reject"]) });
export type Choice = z.infer<typeof decision>["choice"];
export const decisionTaken = decision.extend({ by: z.string() });
export type DecisionTaken = z.infer<typeof decisionTaken>;

/** Progress of a refund, as callers see it. */
export const refundProgress = z.object({
  waitingFor: z.string().nullable().describe("The approver who must decide now; null if there is none"),
  deadline: z.iso.datetime().nullable().describe("Deadline of that approver; RFC 3339, in UTC"),
  remindersSent: z.int(),
  escalated: z.boolean(),
});
export type RefundProgress = z.infer<typeof refundProgress>;
export const INITIAL_PROGRESS: RefundProgress = {
  waitingFor: null,
  deadline: null,
  remindersSent: 0,
  escalated: false,
};
/** Custom status of a refund. */
export type RefundStatus = RefundProgress & { decision?: DecisionTaken };

/** The result of a refund. */
export const refundResult = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["autoApproved", "approved"]), decidedBy: z.string(), refundId: z.string() }),
  z.object({ kind: z.enum(["rejected", "expired"]), decidedBy: z.string() }),
  /** Approved, but the order is not confirmed, or less than the amount is left of its charge. */
  z.object({ kind: z.literal("notRefundable"), decidedBy: z.string(), reason: z.string() }),
]);
export type RefundResult = z.infer<typeof refundResult>;

/** The state that a restarted refund keeps of its former run: see refund.restart.ts. */
const formerRounds = z.strictObject({
  begunAt: z.iso.datetime(),
  /** When the second round started. */
  escalatedAt: z.iso.datetime().optional(),
  decision: decisionTaken.optional(),
});
export type FormerRounds = z.infer<typeof formerRounds>;
export const refundInput = refundRequest.required().extend({
  /** Where approvers reach this app. */
  origin: z.url({ protocol: /^https?$/ }).max(300),
  former: formerRounds.optional(),
  /** Present if the refund is restarted after it was found to be within the limit. */
  isWithinLimit: z.literal(true).optional(),
});
export type RefundInput = z.infer<typeof refundInput>;

export const refundApproval = defineOrchestration("refundApproval", {
  idPrefix: "refund-",
  input: refundInput,
  output: type<RefundResult>(),
  status: type<RefundStatus>(),
});

/** One event per round, so that a late decision of the first approver never counts as a decision of the second one. */
export const refundDecided = defineEvent("refundDecided", { payload: decision });
export const escalationDecided = defineEvent("escalationDecided", { payload: decision });

export const checkLimit = defineActivity("checkLimit", {
  input: type<{ amount: Money }>(),
  output: type<{ isWithinLimit: boolean }>(),
});

/** One approver's turn to decide. Times are RFC 3339 strings. */
export type Round = { number: 1 | 2; approver: string; remindAt: string[]; closesAt: string };
/** The content for a mail to an approver. */
export type MailCase = { refundId: string; refund: RefundInput; round: Round };
export const askForDecision = defineActivity("askForDecision", {
  input: type<MailCase>(),
  output: type<void>(),
});
export const remindApprover = defineActivity("remindApprover", {
  /** Reminders are counted from 1. */
  input: type<MailCase & { reminder: number }>(),
  output: type<void>(),
});

/** A product's part of the refund, as the totals of that product count it. */
type Share = { sku: string; key: string; amount: Money; at: string };
export const giveMoneyBack = defineActivity("giveMoneyBack", {
  input: type<{ refundId: string; orderId: string; amount: Money; at: string }>(),
  /** The shares are from the sales journal, even if no money was given back, so that totals and journal agree. */
  output: type<
    ({ kind: "refunded"; refundId: string } | { kind: "refused"; reason: string }) & { shares: Share[] }
  >(),
});
