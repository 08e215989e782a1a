import { odata, type TableClient, type TableEntity, type TableEntityResult } from "@azure/data-tables";
import { commit, insertOnce, Overtaken, untilNotOvertaken } from "../../storage/storage.ts";

/**
 * A partition per order. `<key>:charge` decides a charge and says how much of it went back, `<key>:refund` decides
 * a refund.
 */
export type LedgerRow = {
  readonly outcome: "charged" | "declined" | "withdrawn" | "refunded" | "refused";
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly value: number;
  readonly currency: string;
  readonly reason: string;
  /** Of a charge: what was given back so far. */
  readonly givenBack?: number;
};

export type ChargeRow = TableEntityResult<LedgerRow>;

/** What becomes of a refund, in view of all charges of its order. */
export type RefundDecision =
  | { readonly kind: "give"; readonly charge: ChargeRow; readonly value: number }
  | { readonly kind: "refuse"; readonly reason: string };

export const whatIsLeft = ({ value, givenBack = 0 }: LedgerRow) => value - givenBack;

/**
 * Books the refund of a key once. Refund and charge change in one transaction, guarded by the charge's ETag, so
 * that several refunds at the same moment cannot give back more than was taken.
 *
 * @throws {Error} if others overtook it too often
 */
export async function bookRefund(
  payments: TableClient,
  { orderId, idempotencyKey }: { readonly orderId: string; readonly idempotencyKey: string },
  decide: (charges: readonly ChargeRow[]) => RefundDecision,
): Promise<LedgerRow> {
  const rowKey = `${idempotencyKey}:refund`;
  const book = async () => {
    const rows = await rowsOf(payments, orderId);
    const before = rows.find((row) => row.rowKey === rowKey);
    if (before) return before;
    const decision = decide(rows.filter(({ outcome }) => outcome === "charged"));
    const row = { partitionKey: orderId, rowKey, ...refundRow(idempotencyKey, decision) };
    await write(payments, decision, row);
    return row;
  };
  return untilNotOvertaken(book, "Too many refunds of this order at the same moment");
}

/** @throws {Overtaken} */
async function write(
  payments: TableClient,
  decision: RefundDecision,
  row: TableEntity<LedgerRow>,
): Promise<void> {
  if (decision.kind === "refuse") {
    if (!(await insertOnce(payments, row))) throw new Overtaken();
    return;
  }
  const { partitionKey = "", rowKey = "", etag, givenBack = 0 } = decision.charge;
  const charge = { partitionKey, rowKey, givenBack: givenBack + decision.value };
  const outcome = await commit(payments, [
    ["update", charge, "Merge", { etag }],
    ["create", row],
  ]);
  if (outcome === "exists") throw new Overtaken();
}

function refundRow(idempotencyKey: string, decision: RefundDecision): LedgerRow {
  if (decision.kind === "refuse") {
    const { reason } = decision;
    return { outcome: "refused", idempotencyKey, paymentId: "", value: 0, currency: "", reason };
  }
  const { paymentId, currency } = decision.charge;
  return { outcome: "refunded", idempotencyKey, paymentId, value: decision.value, currency, reason: "" };
}

async function rowsOf(payments: TableClient, orderId: string): Promise<ChargeRow[]> {
  const filter = odata`PartitionKey eq ${orderId}`;
  const rows: ChargeRow[] = [];
  for await (const row of payments.listEntities<LedgerRow>({ queryOptions: { filter } })) rows.push(row);
  return rows;
}
