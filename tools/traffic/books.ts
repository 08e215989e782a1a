import { reportRequest, type ReportRequest } from "../../src/patterns/report-async-http/report.contract.ts";
import type { SalesView } from "../../src/patterns/sales-aggregator/sales.contract.ts";
import type { OutsideSystems } from "../../src/services/outside-systems.ts";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import type { SalesFact } from "../../src/services/sales-journal.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { Mailbox } from "./mailbox.ts";

const DAY_MS = 86_400_000;
const REPORT_DAYS = 366;
const MAX_FACTS = 1_000_000;

/** The entries of one order in every book. */
export interface OrderBooks {
  readonly charged: number;
  /** How often. */
  readonly charges: number;
  readonly givenBack: number;
  /** By product. */
  readonly sold: Amounts;
  readonly refunded: Amounts;
  readonly withdrawn: Amounts;
  readonly parcels: number;
  /** The recipient of each mail. */
  readonly mails: readonly string[];
}

export const GROUPS = reportRequest.shape.groupBy.options;
export type GroupBy = ReportRequest["groupBy"];
type Amounts = Readonly<Record<string, number>>;
/** The entries of all orders for a product. */
export type ProductBooks = { orders: number; units: number; revenue: number; refunds: number };
export const NOTHING: Readonly<ProductBooks> = { orders: 0, units: 0, revenue: 0, refunds: 0 };

/** What the books need of the running shop: its API. */
export interface RunningShop {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Waits until a report has ended. */
  ended(reportId: string): Promise<unknown>;
}

/** Reads the books of a shop. */
export class Books {
  readonly #shop: RunningShop;
  readonly #outside: OutsideSystems;
  readonly #mailbox: Mailbox;

  constructor(shop: RunningShop, storage: Storage, mailbox: Mailbox) {
    this.#shop = shop;
    this.#outside = createSandbox(storage);
    this.#mailbox = mailbox;
  }

  /** @param journal all facts, if the caller reads the books of many orders */
  async ofOrder(orderId: string, journal?: readonly SalesFact[]): Promise<OrderBooks> {
    const { payments, carrier } = this.#outside;
    const entries = await payments.entries(orderId);
    const money = (kind: string) =>
      entries.filter((entry) => entry.kind === kind).reduce((sum, { amount }) => sum + amount.value, 0);
    const facts = (journal ?? (await this.facts())).filter((fact) => fact.orderId === orderId);
    const of = (kind: SalesFact["kind"]) => bySku(facts.filter((fact) => fact.kind === kind));
    const parcels = await carrier.shipments(orderId);
    return {
      charged: money("charge"),
      charges: entries.filter(({ kind }) => kind === "charge").length,
      givenBack: money("refund"),
      sold: of("sale"),
      refunded: of("refund"),
      withdrawn: of("withdrawal"),
      parcels: parcels.filter(({ canceled }) => !canceled).length,
      mails: await this.#mails(orderId),
    };
  }

  /** The amounts of refunds, by their ids. */
  async refundsPaid(orderId: string): Promise<Map<string, number>> {
    const entries = await this.#outside.payments.entries(orderId);
    return new Map(
      entries
        .filter(({ kind }) => kind === "refund")
        .map(({ idempotencyKey, amount }) => [idempotencyKey, amount.value]),
    );
  }

  async stock(): Promise<Amounts> {
    const products = await this.#outside.catalog.products();
    return Object.fromEntries(products.map(({ sku, inStock }) => [sku, inStock]));
  }

  /** The totals (entities). */
  async totals(): Promise<Record<string, ProductBooks>> {
    const { sales } = (await (await this.#shop.fetch("/api/sales")).json()) as { sales: SalesView[] };
    return Object.fromEntries(
      sales.map(({ sku, orders, units, revenue, refunds }) => [
        sku,
        { orders, units, revenue: revenue.value, refunds: refunds.value },
      ]),
    );
  }

  /** The sum of reports for a period; one report covers at most a year. */
  async report(from: Date, to: Date, groupBy: GroupBy = "sku"): Promise<Record<string, ProductBooks>> {
    const all: Record<string, ProductBooks> = {};
    for (let start = from.getTime() - DAY_MS; start <= to.getTime() + DAY_MS; start += REPORT_DAYS * DAY_MS) {
      const end = new Date(start + (REPORT_DAYS - 1) * DAY_MS);
      const part = await this.#report(new Date(start), end, groupBy);
      for (const [name, { orders, units, revenue, refunds }] of Object.entries(part)) {
        const before = all[name] ?? NOTHING;
        all[name] = {
          orders: before.orders + orders,
          units: before.units + units,
          revenue: before.revenue + revenue,
          refunds: before.refunds + refunds,
        };
      }
    }
    return all;
  }

  async #report(from: Date, to: Date, groupBy: GroupBy): Promise<Record<string, ProductBooks>> {
    const day = (moment: Date) => moment.toISOString().slice(0, "2026-11-24".length);
    const response = await this.#shop.fetch("/api/reports", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from: day(from), to: day(to), groupBy }),
    });
    const { id } = (await response.json()) as { id: string };
    await this.#shop.ended(id);
    return linesOfReport(await (await this.#shop.fetch(`/api/reports/${id}/file`)).text());
  }

  /** The recipient of each question to an approver. */
  questions(refundId: string): Promise<readonly string[]> {
    return this.#mails(`${refundId}-askForDecision`);
  }

  /** The same mail twice is within the outbox's documented window: receivers drop an id that they have seen. */
  async #mails(idPrefix: string): Promise<readonly string[]> {
    const mails = await this.#mailbox.mails(idPrefix);
    const different = new Map(
      mails.map(({ messageId, to, subject }) => [`${messageId} ${to} ${subject}`, to]),
    );
    return [...different.values()];
  }

  /** The whole journal. */
  async facts(): Promise<SalesFact[]> {
    const days = { firstDay: "2000-01-01", lastDay: "2100-01-01" };
    return (await this.#outside.journal.read(days, MAX_FACTS)).facts;
  }
}

/** The lines of a report's file by their names: product, day or country. */
export function linesOfReport(csv: string): Record<string, ProductBooks> {
  const cents = (text = "") => Math.round(Number(text) * 100);
  const lines = csv.split("\r\n").slice(1, -1);
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", orders, units, revenue, refunds] = line.split(",");
      const counts = { orders: Number(orders), units: Number(units) };
      return [name, { ...counts, revenue: cents(revenue), refunds: cents(refunds) }];
    }),
  );
}

/** The line of a report to which a fact belongs. */
export const nameOfLine = (
  { sku, country, at }: Pick<SalesFact, "sku" | "country" | "at">,
  groupBy: GroupBy,
): string => ({ sku, country, day: at.slice(0, "2026-11-24".length) })[groupBy];

/** What a report of these facts has to say: by product, each line of an order counts the order. */
export function sumsOf(facts: readonly SalesFact[], groupBy: GroupBy): Record<string, ProductBooks> {
  const sums: Record<string, ProductBooks> = {};
  for (const { sku, country, at, kind, isFirst, quantity, amount } of facts) {
    const name = nameOfLine({ sku, country, at }, groupBy);
    const sum = (sums[name] ??= { ...NOTHING });
    if (kind === "refund") {
      sum.refunds += amount.value;
      continue;
    }
    const sign = kind === "withdrawal" ? -1 : 1;
    sum.revenue += sign * amount.value;
    sum.units += sign * quantity;
    if (isFirst || groupBy === "sku") sum.orders += sign;
  }
  return sums;
}

function bySku(facts: readonly SalesFact[]): Amounts {
  const amounts: Record<string, number> = {};
  for (const { sku, amount } of facts) amounts[sku] = (amounts[sku] ?? 0) + amount.value;
  return amounts;
}
