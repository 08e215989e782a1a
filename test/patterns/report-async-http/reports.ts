import type { SalesFact } from "../../../src/services/sales-journal.ts";

/** A report as a caller sees it. */
export interface ReportResource {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly percent: number };
  readonly result?: {
    readonly kind: string;
    readonly lines: number;
    readonly bytes: number;
    readonly file: string;
  };
  readonly links: { readonly self: string; readonly file?: string };
}

export const NOVEMBER = { from: "2026-11-01", to: "2026-11-30", groupBy: "day" };

/** The reports API of a running host. */
export class Reports {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#url}/api/reports`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Starts a report, which must be accepted; returns its id. */
  async start(body: unknown, headers: Record<string, string> = {}): Promise<string> {
    const response = await this.post(body, headers);
    if (response.status !== 202) throw new Error(`Requesting a report returned ${response.status}`);
    return ((await response.json()) as { id: string }).id;
  }

  get(id: string, below = ""): Promise<Response> {
    return fetch(`${this.#url}/api/reports/${id}${below}`);
  }

  async find(id: string): Promise<ReportResource> {
    return (await (await this.get(id)).json()) as ReportResource;
  }

  delete(id: string): Promise<Response> {
    return fetch(`${this.#url}/api/reports/${id}`, { method: "DELETE" });
  }

  /** The lines of a finished report's file, heading first. */
  async lines(id: string): Promise<string[]> {
    const text = await (await this.get(id, "/file")).text();
    return text.split("\r\n").slice(0, -1);
  }
}

/** A fact of the journal. */
export function aFact(change: Partial<SalesFact> = {}): SalesFact {
  return {
    key: "order-1:00",
    kind: "sale",
    isFirst: true,
    orderId: "order-1",
    sku: "mug-300",
    quantity: 1,
    amount: { value: 1099, currency: "EUR" },
    country: "DE",
    at: "2026-11-24T10:00:00.000Z",
    ...change,
  };
}
