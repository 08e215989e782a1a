export interface PostalAddress {
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
}

export interface BookingRequest {
  /** Booking and cancellation of one key belong together, and each happens once. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly shipTo: PostalAddress;
}

export type Booking =
  | { readonly kind: "booked"; readonly trackingNumber: string }
  | { readonly kind: "undeliverable"; readonly reason: string };

export interface Shipment {
  readonly orderId: string;
  readonly trackingNumber: string;
  readonly canceled: boolean;
}

/** The parcel service. */
export interface Carrier {
  /**
   * A repeated booking answers what the first one did.
   *
   * @throws {Error} if the carrier cannot be reached, or the booking of this key was canceled before it came
   */
  book(request: BookingRequest): Promise<Booking>;
  /** Cancels the booking of this key; harmless if there was none. Wins against a booking that comes later. */
  cancel(request: Pick<BookingRequest, "idempotencyKey" | "orderId">): Promise<void>;
  /** Everything booked for an order. */
  shipments(orderId: string): Promise<Shipment[]>;
}
