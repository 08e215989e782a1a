import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { CONFIDENTIAL, html, type Html, pageResponse } from "../../http/html.ts";
import { Problem } from "../../http/problem.ts";
import { formatMoney, type Money } from "../../values/money.ts";
import type { LedgerEntry } from "../../services/payment-provider.ts";
import { DECISION_STYLE } from "./decision.style.ts";
import type { Refund } from "./decision.access.ts";
import type { Choice } from "./refund.request.ts";
import { momentInWords } from "./refund.words.ts";

/** Shows the case and asks. */
export function questionPage(refund: Refund, entries: readonly LedgerEntry[]): HttpResponseInit {
  const { input, status } = refund;
  return page(
    200,
    `Refund of ${formatMoney(input.amount)}?`,
    html`<p class="lead">
        You are asked, as <b>${status?.waitingFor ?? ""}</b>, to decide about this refund.
      </p>
      <dl>
        ${fact("Order", html`<code>${input.orderId}</code>`)} ${fact("Reason", html`${input.reason}`)}
        ${fact("Payment", html`${paymentInWords(entries, input.amount)}`)}
        ${fact("Requested", html`${momentInWords(refund.createdAt.toISOString())}`)}
        ${fact("Decide until", html`${momentInWords(status?.deadline ?? "")}`)}
      </dl>
      ${warnings(input.amount, entries)}
      <form method="post">
        <button class="approve" name="decision" value="approve">Approve</button>
        <button class="reject" name="decision" value="reject">Reject</button>
      </form>
      <p class="small">What you choose is final. Approved money goes back at once.</p>`,
  );
}

/** @param isRecorded false while it is not known whether somebody else was faster */
export function decidedPage(
  { input, instanceId }: Refund,
  choice: Choice,
  isRecorded: boolean,
): HttpResponseInit {
  const subject = `the refund of ${formatMoney(input.amount)}`;
  if (!isRecorded) {
    const text = html`<p>Your decision about ${subject} has arrived, and will be recorded shortly.</p>`;
    return page(
      200,
      "Nearly done",
      html`${text}
        <p>Open the link again to see what came of it.</p>`,
    );
  }
  const done =
    choice === "approve"
      ? html`<p>You have approved ${subject}. It is being carried out.</p>`
      : html`<p>You have rejected ${subject}. Nothing is given back.</p>`;
  const title = choice === "approve" ? "Approved" : "Rejected";
  return page(
    200,
    title,
    html`${done}
      <p class="small">
        Order <code>${input.orderId}</code>, case <code>${instanceId}</code>. You can close this page.
      </p>`,
  );
}

/** People see a refusal or a failure as a page, programs as the problem that it is; both are confidential. */
export function decisionProblem(problem: Problem, request: HttpRequest): HttpResponseInit {
  const { kind, message, errors, headers } = problem;
  if (!request.headers.get("accept")?.includes("text/html")) {
    return new Problem(kind, message, { errors, headers: { ...headers, ...CONFIDENTIAL } }).toResponse();
  }
  const { status = 500 } = problem.toResponse();
  return page(status, TITLES[status] ?? "This does not work", html`<p>${message}.</p>`, headers);
}

const TITLES: Readonly<Record<number, string>> = {
  409: "Nothing to decide",
  500: "Something went wrong",
  503: "Not at the moment",
};

function page(
  status: number,
  title: string,
  content: Html,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const body = html`<main>
    <header>Photo-print shop <span>refunds</span></header>
    <h1>${title}</h1>
    ${content}
  </main>`;
  return pageResponse(status, { title: `${title} · Photo-print shop`, style: DECISION_STYLE, body }, headers);
}

const fact = (name: string, value: Html) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** What the ledger knows of the order's payment; in its first currency, as orders have one. */
function paymentOf(entries: readonly LedgerEntry[], currency: string) {
  const total = (kind: LedgerEntry["kind"]) =>
    entries
      .filter((entry) => entry.kind === kind && entry.amount.currency === currency)
      .reduce((sum, entry) => sum + entry.amount.value, 0);
  return { charged: total("charge"), refunded: total("refund") };
}

function paymentInWords(entries: readonly LedgerEntry[], { currency }: Money): string {
  const { charged, refunded } = paymentOf(entries, currency);
  const given = refunded > 0 ? `, ${formatMoney({ value: refunded, currency })} given back` : "";
  return `${formatMoney({ value: charged, currency })} charged${given}`;
}

/** Tells beforehand what an approval would meet. */
function warnings({ value, currency }: Money, entries: readonly LedgerEntry[]): Html {
  const { charged, refunded } = paymentOf(entries, currency);
  if (value <= charged - refunded) return html``;
  return html`<p class="warning">
    Less than this is left of the charge: as things stand, an approval would give nothing back.
  </p>`;
}
