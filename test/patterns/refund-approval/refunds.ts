import { randomUUID } from "node:crypto";
import type { SalesView } from "../../../src/patterns/sales-aggregator/sales.contract.ts";
import { TablePaymentLedger } from "../../../src/services/sandbox/table-payment-ledger.ts";
import { TableSalesJournal } from "../../../src/services/sandbox/table-sales-journal.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { Mailbox } from "../../../tools/traffic/mailbox.ts";

/** A refund as a caller sees it. */
export interface RefundResource {
  readonly id: string;
  readonly status: string;
  readonly progress: {
    readonly waitingFor: string | null;
    readonly deadline: string | null;
    readonly remindersSent: number;
    readonly escalated: boolean;
  };
  readonly result?: { readonly kind: string } & Readonly<Record<string, unknown>>;
  readonly error?: { readonly type: string; readonly message: string };
}

export const APPROVER = "approver@example.com";
export const SECOND = "second@example.com";

/** A refund above the limit, without an order id yet. */
export const aRefund = (change: object = {}) => ({
  orderId: "order-1",
  amount: { value: 5999, currency: "EUR" },
  reason: "The canvas arrived torn",
  approver: APPROVER,
  escalateTo: SECOND,
  deadline: "PT72H",
  ...change,
});

const CHARGED = 10_000;
const SKU = "of-a-test";

/** The refunds API of a running host, its approvers' mailbox, and the ledger behind it. */
export class Refunds {
  readonly url: string;
  readonly mailbox: Mailbox;
  readonly #ledger: TablePaymentLedger;
  readonly #journal: TableSalesJournal;

  constructor(url: string, storage: Storage) {
    this.url = url;
    this.mailbox = new Mailbox(storage);
    this.#ledger = new TablePaymentLedger(storage);
    this.#journal = new TableSalesJournal(storage);
  }

  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/refunds`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Requests a refund, which must be accepted; returns its id. */
  async start(body: unknown, headers: Record<string, string> = {}): Promise<string> {
    const response = await this.post(body, headers);
    if (response.status !== 202) throw new Error(`Requesting a refund returned ${response.status}`);
    return ((await response.json()) as { id: string }).id;
  }

  async find(id: string): Promise<RefundResource> {
    return (await (await fetch(`${this.url}/api/refunds/${id}`)).json()) as RefundResource;
  }

  /** The id of a confirmed order that was charged 100 euros, or the same value in another currency. */
  async soldOrder(currency = "EUR"): Promise<string> {
    const orderId = `order-${randomUUID()}`;
    const amount = { value: CHARGED, currency };
    await this.#ledger.charge({ orderId, idempotencyKey: `${orderId}-charge`, amount, token: "tok_ok" });
    const lines = [{ sku: SKU, quantity: 1, amount }];
    await this.#journal.recordSale({ orderId, country: "DE", at: new Date().toISOString(), lines });
    return orderId;
  }

  /** The amounts that were given back for an order, one per refund. */
  async givenBack(orderId: string): Promise<number[]> {
    const entries = await this.#ledger.entries(orderId);
    return entries.filter(({ kind }) => kind === "refund").map(({ amount }) => amount.value);
  }

  /** The refunds of an order in the journal, in cents. */
  async recorded(orderId: string): Promise<number> {
    const { facts } = await this.#journal.read({ firstDay: "2000-01-01", lastDay: "2100-01-01" }, 100_000);
    return facts
      .filter((fact) => fact.orderId === orderId && fact.kind === "refund")
      .reduce((sum, { amount }) => sum + amount.value, 0);
  }

  /** The refunds in the totals of the orders' product so far, in cents. */
  async toldTotals(): Promise<number> {
    const response = await fetch(`${this.url}/api/sales/${SKU}`);
    return response.status === 404 ? 0 : ((await response.json()) as SalesView).refunds.value;
  }

  /** The keys of a refund's mails, in order: `askForDecision-1`, `remindApprover-1-1`. */
  async mailsOf(id: string): Promise<string[]> {
    return (await this.mailbox.mails(id)).map(({ messageId }) => messageId.slice(id.length + 1));
  }

  /** The link in the last mail to the approver. */
  async linkTo(approver: string, id: string): Promise<string> {
    const mail = (await this.mailbox.mails(id)).findLast(({ to }) => to === approver);
    const link = /https?:\S+\/decision\?token=\S+/.exec(mail?.text ?? "")?.[0];
    if (!link) throw new Error(`${approver} has no link for ${id}`);
    return link;
  }

  decide(link: string, decision: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(link, { method: "POST", body: new URLSearchParams({ decision }), headers });
  }
}
