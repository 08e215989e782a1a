import { type Activity, activity } from "../../durable/orchestration/functions.ts";
import type { Services } from "../../services/services.ts";
import { questionMail, reminderMail } from "./decision/decision.mails.ts";
import * as contract from "./refund.contract.ts";

/** The steps of a refund. */
export function createRefundActivities(services: Services): Activity[] {
  const { payments, journal, mail, decisionLinks, refunds } = services;
  // Signed here and not in the orchestrator: a token in the history could be used by everyone who may read the history.
  const tokenFor = ({ refundId, round }: contract.MailCase) =>
    decisionLinks.sign({
      instanceId: refundId,
      round: round.number,
      expiresAt: new Date(round.closesAt),
    });
  return [
    activity(contract.checkLimit, async ({ amount: { value, currency } }) => ({
      // The limit is in euros. For other currencies, a person must decide.
      isWithinLimit: currency === "EUR" && value <= refunds.limit,
    })),

    activity(contract.askForDecision, async (input) => mail.send(questionMail(input, await tokenFor(input)))),

    activity(contract.remindApprover, async (input) =>
      mail.send(reminderMail(input, input.reminder, await tokenFor(input))),
    ),

    activity(contract.giveMoneyBack, async ({ refundId, orderId, amount, at }) => {
      // The journal first: it decides if a refund and a withdrawal of the order happen at the same time.
      const recorded = await journal.recordRefund({ refundId, orderId, amount, at });
      if (recorded.kind === "refused") return { ...recorded, shares: [] };
      const shares = recorded.facts.map(({ sku, key, amount, at }) => ({ sku, key, amount, at }));
      // Refused if the order was undone between the two steps: then all of its money was already given back.
      const given = await payments.refundAmount({ idempotencyKey: refundId, orderId, amount });
      return { ...given, shares };
    }),
  ];
}
