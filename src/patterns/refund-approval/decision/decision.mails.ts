import type { Mail } from "../../../services/mail-outbox.ts";
import { formatMoment, formatMoney } from "../../../values.ts";
import type { MailCase } from "../refund.contract.ts";
import { decisionPath } from "./decision.link.ts";

/** Asks the approver of a round, who may be the second one. @param token signed for this round */
export function questionMail(mailCase: MailCase, token: string): Mail {
  const { refundId, refund, round } = mailCase;
  const opening =
    round.number === 1
      ? "A refund above the limit needs your decision."
      : `A refund above the limit needs your decision: ${refund.approver} did not decide in time.`;
  return {
    messageId: `${refundId}-askForDecision-${round.number}`,
    to: round.approver,
    subject: `Please decide: refund of ${formatMoney(refund.amount)} for ${refund.orderId}`,
    text: [opening, ...caseLines(mailCase, token)].join("\n"),
  };
}

/** Reminds the approver; the link is the same. @param reminder counted from 1 */
export function reminderMail(mailCase: MailCase, reminder: number, token: string): Mail {
  const { refundId, refund, round } = mailCase;
  return {
    messageId: `${refundId}-remindApprover-${round.number}-${reminder}`,
    to: round.approver,
    subject: `Reminder: refund of ${formatMoney(refund.amount)} for ${refund.orderId} needs your decision`,
    text: ["A refund still needs your decision.", ...caseLines(mailCase, token)].join("\n"),
  };
}

function caseLines({ refundId, refund, round }: MailCase, token: string): string[] {
  return [
    "",
    `Amount: ${formatMoney(refund.amount)}`,
    `Order: ${refund.orderId}`,
    `Reason: ${refund.reason}`,
    `Until: ${formatMoment(round.closesAt)}`,
    "",
    "See the refund and decide here. The link is only for you and works once:",
    `${refund.origin}${decisionPath(refundId)}?token=${token}`,
  ];
}
