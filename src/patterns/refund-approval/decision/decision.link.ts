import { type InstanceStatus, isFinal } from "../../../durable/client/orchestration-client.ts";
import { statusWord } from "../../../http/resource-status.ts";
import type { SignedLink } from "../../../signed-links/signed-link.ts";
import {
  type DecisionTaken,
  refundApproval,
  type RefundInput,
  type RefundResult,
  type RefundStatus,
} from "../refund.contract.ts";

export type Refund = InstanceStatus<RefundInput, RefundResult, RefundStatus>;

export const decisionPath = (refundId: string) => `/api/refunds/${refundId}/decision`;

/** The link with which an approver decides. */
export const decisionLink: SignedLink<RefundInput, RefundResult, RefundStatus> = {
  orchestration: refundApproval,
  closedReason,
  takenAnswer: ({ status }) => status?.decision?.id,
};

/** The reason if this round accepts no decision any more; undefined if it does. */
export function closedReason(refund: Refund, round: number): string | undefined {
  const { status, output, runtimeStatus } = refund;
  if (status?.decision) return `This refund was already decided: ${inThePast(status.decision, refund)}`;
  if (output?.kind === "expired")
    return "Your decision is too late: nobody decided in time, so the refund was rejected";
  if (statusWord(runtimeStatus) === "failed") return "This refund has failed; the shop is repairing it";
  if (isFinal(refund)) return "This refund was closed without a decision";
  if (statusWord(runtimeStatus) === "suspended") return "This refund is on hold at the moment";
  if (status?.escalated && round === 1)
    return "Your decision is too late: another approver was asked in the meantime";
  return status?.waitingFor ? undefined : "There is nothing to decide at the moment";
}

const inThePast = ({ choice, by }: DecisionTaken, refund: Refund) =>
  choice === "approve" ? `${by} has approved it. ${moneyAfterApproval(refund)}` : `${by} has rejected it`;

/** What has become of the money of an approved refund so far. */
export function moneyAfterApproval({ output, runtimeStatus }: Refund): string {
  if (output?.kind === "approved") return "The money was given back";
  if (output?.kind === "notRefundable") return `No money was given back: ${output.reason}`;
  // The money may have been given back, and only the answer been lost.
  if (statusWord(runtimeStatus) === "failed") return "It has failed since; the shop is repairing it";
  if (isFinal({ runtimeStatus })) return "It was closed before it was known whether money was given back";
  return "The money is given back if enough is left of the order. Open the link again to see the outcome";
}
