import { type Activity, activity } from "../../durable/orchestration/activity.ts";
import type { DecisionTokens } from "../../services/decision-tokens.ts";
import type { MailOutbox } from "../../services/mail-outbox.ts";
import type { PaymentProvider } from "../../services/payment-provider.ts";
import type { SalesJournal } from "../../services/sales-journal.ts";
import type { RefundSettings } from "../../settings.ts";
import * as contract from "./refund.contract.ts";
import { type MailCase, questionMail, reminderMail } from "./refund.mails.ts";

/** What a refund needs of the world outside. */
export interface RefundServices {
  readonly payments: PaymentProvider;
  readonly journal: SalesJournal;
  readonly mail: MailOutbox;
  readonly tokens: DecisionTokens;
  readonly refunds: Pick<RefundSettings, "limit">;
}

/** The steps of a refund. */
export function createRefundActivities(services: RefundServices): Activity[] {
  const { payments, journal, mail, tokens, refunds } = services;
  // Made here and not by the orchestrator: a token in a history would be there for everybody who may read it.
  const tokenFor = ({ refundId, round }: MailCase) =>
    tokens.sign({ instanceId: refundId, round: round.number, expiresAt: new Date(round.closesAt) });
  return [
    activity(contract.checkLimit, async ({ amount: { value, currency } }) => ({
      // The limit is in euros; what another currency is worth is for people to judge.
      isWithinLimit: currency === "EUR" && value <= refunds.limit,
    })),

    activity(contract.askForDecision, async (input) => mail.send(questionMail(input, await tokenFor(input)))),

    activity(contract.remindApprover, async (input) =>
      mail.send(reminderMail(input, input.reminder, await tokenFor(input))),
    ),

    activity(contract.giveMoneyBack, async ({ refundId, orderId, amount, at }) => {
      // The journal first: it decides, against whatever happens to the order at the same time.
      const recorded = await journal.recordRefund({ refundId, orderId, amount, at });
      if (recorded.kind === "refused") return { ...recorded, shares: [] };
      const shares = recorded.facts.map(({ sku, key, amount, at }) => ({ sku, key, amount, at }));
      // Refused if the order was undone between the two: then all of its money has gone back already.
      const given = await payments.refundAmount({ idempotencyKey: refundId, orderId, amount });
      return { ...given, shares };
    }),
  ];
}
