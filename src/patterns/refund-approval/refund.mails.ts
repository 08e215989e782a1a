import type { Mail } from "../../services/mail-outbox.ts";
import { formatMoney } from "../../values/money.ts";
import { momentInWords } from "./refund.words.ts";
import type { RefundCase } from "./refund.request.ts";
import type { Round } from "./refund.rounds.ts";

/** What a mail to an approver is about. */
export interface MailCase {
  readonly refundId: string;
  readonly refund: RefundCase;
  readonly round: Round;
}

export const decisionPath = (refundId: string) => `/api/refunds/${refundId}/decision`;

/** Asks the approver of a round, who may be the second one. @param token signed for this round */
export function questionMail({ refundId, refund, round }: MailCase, token: string): Mail {
  const opening =
    round.number === 1
      ? "A refund above the limit needs your decision."
      : `A refund above the limit needs your decision: ${refund.approver} did not decide in time.`;
  return {
    messageId: `${refundId}-askForDecision-${round.number}`,
    to: round.approver,
    subject: `Please decide: refund of ${formatMoney(refund.amount)} for ${refund.orderId}`,
    text: [opening, ...caseLines({ refundId, refund, round }, token)].join("\n"),
  };
}

/** Reminds the approver; the link is the same. @param reminder counted from 1 */
export function reminderMail({ refundId, refund, round }: MailCase, reminder: number, token: string): Mail {
  return {
    messageId: `${refundId}-remindApprover-${round.number}-${reminder}`,
    to: round.approver,
    subject: `Reminder: refund of ${formatMoney(refund.amount)} for ${refund.orderId} waits for you`,
    text: ["A refund still needs your decision.", ...caseLines({ refundId, refund, round }, token)].join(
      "\n",
    ),
  };
}

function caseLines({ refundId, refund, round }: MailCase, token: string): string[] {
  return [
    "",
    `Amount: ${formatMoney(refund.amount)}`,
    `Order: ${refund.orderId}`,
    `Reason: ${refund.reason}`,
    `Until: ${momentInWords(round.closesAt)}`,
    "",
    "Look at it and decide here. The link is for you alone and works once:",
    `${refund.origin}${decisionPath(refundId)}?token=${token}`,
  ];
}
