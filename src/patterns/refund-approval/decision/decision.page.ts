import type { HttpResponseInit } from "@azure/functions";
import { html, type Html } from "../../../http/html.ts";
import type { LedgerEntry } from "../../../services/payment-provider.ts";
import { linkPage } from "../../../signed-links/link-page.ts";
import { formatMoment, formatMoney, type Money } from "../../../values.ts";
import type { Choice } from "../refund.contract.ts";
import { moneyAfterApproval, type Refund } from "./decision.link.ts";

/** Shown next to the name of the shop. */
export const AREA = "refunds";

/** Shows the refund and asks for a decision. */
export function questionPage(refund: Refund, entries: readonly LedgerEntry[]): HttpResponseInit {
  const { input, status } = refund;
  const content = html`<p class="lead">
      You are asked, as <b>${status?.waitingFor ?? ""}</b>, to decide about this refund.
    </p>
    <dl>
      ${fact("Order", html`<code>${input.orderId}</code>`)} ${fact("Reason", html`${input.reason}`)}
      ${fact("Payment", html`${formatPayment(entries, input.amount)}`)}
      ${fact("Requested", html`${formatMoment(refund.createdAt.toISOString())}`)}
      ${fact("Decide until", html`${formatMoment(status?.deadline ?? "")}`)}
    </dl>
    ${warnings(input.amount, entries)}
    <form method="post">
      <button class="approve" name="decision" value="approve">Approve</button>
      <button class="reject" name="decision" value="reject">Reject</button>
    </form>
    <p class="small">
      Your choice is final. If you approve, the money is given back at once, if enough is left.
    </p>`;
  return linkPage({ title: `Refund of ${formatMoney(input.amount)}?`, area: AREA, content });
}

/** While it is unknown whether another decision was first. */
export function sentPage(refund: Refund): HttpResponseInit {
  const content = html`<p>
      Your decision about ${subject(refund)} has arrived, and will be recorded shortly.
    </p>
    <p>Open the link again to see the outcome.</p>`;
  return linkPage({ title: "Nearly done", area: AREA, content });
}

/** Confirms the decision, and shows what it has led to so far. */
export function decidedPage(refund: Refund, choice: Choice): HttpResponseInit {
  const { input, instanceId, output } = refund;
  const approved = output?.kind === "notRefundable" ? "Not refundable" : "Approved";
  const [title, text] =
    choice === "approve"
      ? [approved, `You have approved ${subject(refund)}. ${moneyAfterApproval(refund)}.`]
      : ["Rejected", `You have rejected ${subject(refund)}. No money is given back.`];
  const content = html`<p>${text}</p>
    <p class="small">
      Order <code>${input.orderId}</code>, case <code>${instanceId}</code>. You can close this page.
    </p>`;
  return linkPage({ title, area: AREA, content });
}

const subject = ({ input }: Refund) => `the refund of ${formatMoney(input.amount)}`;

const fact = (name: string, value: Html) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** The ledger entries for the order's payment, in one currency: orders have only one. */
function paymentOf(entries: readonly LedgerEntry[], currency: string) {
  const total = (kind: LedgerEntry["kind"]) =>
    entries
      .filter((entry) => entry.kind === kind && entry.amount.currency === currency)
      .reduce((sum, entry) => sum + entry.amount.value, 0);
  return { charged: total("charge"), refunded: total("refund") };
}

function formatPayment(entries: readonly LedgerEntry[], { currency }: Money): string {
  const { charged, refunded } = paymentOf(entries, currency);
  const given = refunded > 0 ? `, ${formatMoney({ value: refunded, currency })} given back` : "";
  return `${formatMoney({ value: charged, currency })} charged${given}`;
}

/** A warning if an approval would have no effect. */
function warnings({ value, currency }: Money, entries: readonly LedgerEntry[]): Html {
  const { charged, refunded } = paymentOf(entries, currency);
  if (value <= charged - refunded) return html``;
  return html`<p class="warning">
    Less than this amount is left of the charge. As things stand, an approval would give nothing back.
  </p>`;
}
