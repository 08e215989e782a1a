import { createHash } from "node:crypto";
import { odata, type TableEntity } from "@azure/data-tables";
import type { Charge, ChargeRequest, LedgerEntry, PaymentProvider } from "../payment-provider.ts";
import type { Storage } from "../storage.ts";
import { FaultInjector, faultOf, SANDBOX_FAULTS } from "./faults.ts";
import { firstOf, insertOnce } from "./rows.ts";

/** A partition per order. Rows are only ever inserted: `<key>:charge` decides, `<key>:refund` gives back. */
interface LedgerRow {
  readonly outcome: "charged" | "declined" | "withdrawn" | "refunded";
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly value: number;
  readonly currency: string;
  readonly reason: string;
}

/** The card processor of the sandbox: a ledger in a table. */
export class TablePaymentLedger implements PaymentProvider {
  readonly #storage: Storage;
  readonly #faults: FaultInjector;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#faults = new FaultInjector(storage);
  }

  async charge({ idempotencyKey, orderId, amount, token }: ChargeRequest): Promise<Charge> {
    const fault = faultOf(SANDBOX_FAULTS.paymentToken, token);
    await this.#faults.strike(fault, idempotencyKey);
    const first = await firstOf<LedgerRow>(await this.#storage.table("payments"), {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:charge`,
      outcome: fault.kind === "refuse" ? "declined" : "charged",
      idempotencyKey,
      paymentId: paymentIdOf(idempotencyKey),
      ...amount,
      reason: fault.kind === "refuse" ? fault.reason : "",
    });
    if (first.outcome === "charged") return { kind: "charged", paymentId: first.paymentId };
    if (first.outcome === "declined") return { kind: "declined", reason: first.reason };
    throw new Error(`Charge ${idempotencyKey} was withdrawn before it came and is not made`);
  }

  async refund({
    idempotencyKey,
    orderId,
  }: Pick<ChargeRequest, "idempotencyKey" | "orderId">): Promise<void> {
    const payments = await this.#storage.table("payments");
    const first = await firstOf<LedgerRow>(payments, {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:charge`,
      outcome: "withdrawn",
      idempotencyKey,
      paymentId: paymentIdOf(idempotencyKey),
      value: 0,
      currency: "",
      reason: "",
    });
    if (first.outcome !== "charged") return;
    const { paymentId, value, currency } = first;
    await insertOnce(payments, {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:refund`,
      ...({
        outcome: "refunded",
        idempotencyKey,
        paymentId,
        value,
        currency,
        reason: "",
      } satisfies LedgerRow),
    });
  }

  async entries(orderId: string): Promise<LedgerEntry[]> {
    const payments = await this.#storage.table("payments");
    const entries: LedgerEntry[] = [];
    const filter = odata`PartitionKey eq ${orderId}`;
    for await (const row of payments.listEntities<TableEntity<LedgerRow>>({ queryOptions: { filter } })) {
      if (row.outcome !== "charged" && row.outcome !== "refunded") continue;
      entries.push({
        kind: row.outcome === "charged" ? "charge" : "refund",
        idempotencyKey: row.idempotencyKey,
        paymentId: row.paymentId,
        amount: { value: row.value, currency: row.currency },
      });
    }
    return entries;
  }
}

const paymentIdOf = (key: string) => `pay_${createHash("sha256").update(key).digest("hex").slice(0, 24)}`;
