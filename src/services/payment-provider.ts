import type { Money } from "../values.ts";

export interface ChargeRequest {
  /** Charges and refunds of one key belong together, and each happens once. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly amount: Money;
  /** Stands for a card; the card number never reaches the shop. */
  readonly token: string;
}

export type Charge =
  | { readonly kind: "charged"; readonly paymentId: string }
  | { readonly kind: "declined"; readonly reason: string };

/** Part of what an order was charged, or all of it, to be given back. */
export interface RefundRequest {
  /** A refund of one key happens once; it is no key of a charge. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly amount: Money;
}

export type Refund =
  | { readonly kind: "refunded"; readonly refundId: string }
  /** There is no charge of which so much is left. */
  | { readonly kind: "refused"; readonly reason: string };

/** One movement of money, as the provider has booked it. */
export interface LedgerEntry {
  readonly kind: "charge" | "refund";
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly amount: Money;
}

/** The card processor. */
export interface PaymentProvider {
  /**
   * A repeated charge answers what the first one did.
   *
   * @throws {Error} if the processor cannot be reached, or the charge of this key was refunded before it came
   */
  charge(request: ChargeRequest): Promise<Charge>;
  /** Gives back what is left of the charge of this key; harmless if there was none. Wins against a charge that comes later. */
  refund(request: Pick<ChargeRequest, "idempotencyKey" | "orderId">): Promise<void>;
  /**
   * Gives back an amount of what the order was charged; never more than is left of it, whoever else asks at the
   * same time. A repeated call answers what the first one did, also when that was a refusal.
   */
  refundAmount(request: RefundRequest): Promise<Refund>;
  /** Everything booked for an order. */
  entries(orderId: string): Promise<LedgerEntry[]>;
}
