import { createHash } from "node:crypto";
import type {
  Charge,
  ChargeRequest,
  LedgerEntry,
  PaymentProvider,
  Refund,
  RefundRequest,
} from "../payment-provider.ts";
import { firstOf, rowsOf } from "../../storage/rows.ts";
import type { Storage } from "../../storage/storage.ts";
import { FaultInjector, faultOf, SANDBOX_FAULTS } from "./faults.ts";
import { bookRefund, type LedgerRow, remainingValue } from "./refund-booking.ts";

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
    await this.#faults.throwIfDue(fault, idempotencyKey);
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
    throw new Error(`Charge ${idempotencyKey} was withdrawn before it arrived, so it is refused`);
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
    await bookRefund(payments, { orderId, idempotencyKey }, (charges) => {
      const charge = charges.find((row) => row.idempotencyKey === idempotencyKey);
      return charge && remainingValue(charge) > 0
        ? { kind: "give", charge, value: remainingValue(charge) }
        : { kind: "refuse", reason: "Nothing is left of the charge" };
    });
  }

  async refundAmount({ idempotencyKey, orderId, amount }: RefundRequest): Promise<Refund> {
    const payments = await this.#storage.table("payments");
    const booked = await bookRefund(payments, { orderId, idempotencyKey }, (charges) => {
      if (charges.length === 0) return { kind: "refuse", reason: `Nothing was charged for ${orderId}` };
      const sameCurrency = charges.filter(({ currency }) => currency === amount.currency);
      const charge = sameCurrency.find((row) => remainingValue(row) >= amount.value);
      if (charge) return { kind: "give", charge, value: amount.value };
      const reason =
        sameCurrency.length === 0
          ? `${orderId} was not charged in ${amount.currency}`
          : `Less than the amount is left of the charge of ${orderId}`;
      return { kind: "refuse", reason };
    });
    return booked.outcome === "refunded"
      ? { kind: "refunded", refundId: refundIdOf(idempotencyKey) }
      : { kind: "refused", reason: booked.reason };
  }

  async entries(orderId: string): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for (const row of await rowsOf<LedgerRow>(await this.#storage.table("payments"), orderId)) {
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
const refundIdOf = (key: string) => `ref_${createHash("sha256").update(key).digest("hex").slice(0, 24)}`;
