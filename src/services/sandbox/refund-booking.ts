import type { TableClient, TableEntity, TableEntityResult } from "@azure/data-tables";
import { commit, insertOnce, retryOnConflict, rowsOf, WriteConflict } from "../../storage/rows.ts";

/**
 * A partition per order. `<key>:charge` decides a charge and contains its refunded amount, `<key>:refund` decides a
 * refund.
 */
export type LedgerRow = {
  readonly outcome: "charged" | "declined" | "withdrawn" | "refunded" | "refused";
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly value: number;
  readonly currency: string;
  readonly reason: string;
  /** For a charge: the amount refunded so far. */
  readonly givenBack?: number;
};

export type ChargeRow = TableEntityResult<LedgerRow>;

/** The decision about a refund, based on all charges of its order. */
export type RefundDecision =
  | { readonly kind: "give"; readonly charge: ChargeRow; readonly value: number }
  | { readonly kind: "refuse"; readonly reason: string };

export const remainingValue = ({ value, givenBack = 0 }: LedgerRow) => value - givenBack;

/**
 * Records the refund with a key once. Refund and charge change in one transaction with the charge's ETag, so that
 * simultaneous refunds cannot give back more than was charged.
 *
 * @throws {Error} after too many conflicts with other refunds
 */
export async function bookRefund(
  payments: TableClient,
  { orderId, idempotencyKey }: { readonly orderId: string; readonly idempotencyKey: string },
  decide: (charges: readonly ChargeRow[]) => RefundDecision,
): Promise<LedgerRow> {
  const rowKey = `${idempotencyKey}:refund`;
  const book = async () => {
    const rows = await rowsOf<LedgerRow>(payments, orderId);
    const before = rows.find((row) => row.rowKey === rowKey);
    if (before) return before;
    const decision = decide(rows.filter(({ outcome }) => outcome === "charged"));
    const row = { partitionKey: orderId, rowKey, ...refundRow(idempotencyKey, decision) };
    await write(payments, decision, row);
    return row;
  };
  return retryOnConflict(book, "Too many simultaneous refunds of this order");
}

/** @throws {WriteConflict} */
async function write(
  payments: TableClient,
  decision: RefundDecision,
  row: TableEntity<LedgerRow>,
): Promise<void> {
  if (decision.kind === "refuse") {
    if (!(await insertOnce(payments, row))) throw new WriteConflict();
    return;
  }
  const { partitionKey = "", rowKey = "", etag, givenBack = 0 } = decision.charge;
  const charge = { partitionKey, rowKey, givenBack: givenBack + decision.value };
  const outcome = await commit(payments, [
    ["update", charge, "Merge", { etag }],
    ["create", row],
  ]);
  if (outcome === "exists") throw new WriteConflict();
}

function refundRow(idempotencyKey: string, decision: RefundDecision): LedgerRow {
  if (decision.kind === "refuse") {
    const { reason } = decision;
    return { outcome: "refused", idempotencyKey, paymentId: "", value: 0, currency: "", reason };
  }
  const { paymentId, currency } = decision.charge;
  return { outcome: "refunded", idempotencyKey, paymentId, value: decision.value, currency, reason: "" };
}
