import type { Money } from "../values.ts";

export interface ChargeRequest {
  /** Charge and refund with the same key belong together, and each happens once. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly amount: Money;
  /** Represents a card; the shop never gets the card number. */
  readonly token: string;
}

export type Charge =
  | { readonly kind: "charged"; readonly paymentId: string }
  | { readonly kind: "declined"; readonly reason: string };

/** A refund of an order's charge, in part or in full. */
export interface RefundRequest {
  /** The refund with this key happens once; it is never the key of a charge. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly amount: Money;
}

export type Refund =
  | { readonly kind: "refunded"; readonly refundId: string }
  /** No charge of the order has this much left. */
  | { readonly kind: "refused"; readonly reason: string };

/** One payment or refund, as the provider has recorded it. */
export interface LedgerEntry {
  readonly kind: "charge" | "refund";
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly amount: Money;
}

/** The card processor. */
export interface PaymentProvider {
  /**
   * A repeated charge gets the first one's result.
   *
   * @throws {Error} if the processor cannot be reached, or the charge with this key was refunded before it arrived
   */
  charge(request: ChargeRequest): Promise<Charge>;
  /**
   * Refunds what is left of the charge with this key; harmless if there is none. A charge that arrives later is
   * refused.
   */
  refund(request: Pick<ChargeRequest, "idempotencyKey" | "orderId">): Promise<void>;
  /**
   * Refunds an amount of the order's charge; never more than is left, even with simultaneous refunds. A repeated call
   * gets the first one's result, even if that was a refusal.
   */
  refundAmount(request: RefundRequest): Promise<Refund>;
  /** All bookings of an order. */
  entries(orderId: string): Promise<LedgerEntry[]>;
}
