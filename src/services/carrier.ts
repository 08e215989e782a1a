export interface PostalAddress {
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
}

export interface BookingRequest {
  /** Booking and cancellation with the same key belong together, and each happens once. */
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
   * A repeated booking gets the first one's result.
   *
   * @throws {Error} if the carrier cannot be reached, or the booking with this key was canceled before it arrived
   */
  book(request: BookingRequest): Promise<Booking>;
  /** Cancels the booking with this key; harmless if there is none. A booking that arrives later is refused. */
  cancel(request: Pick<BookingRequest, "idempotencyKey" | "orderId">): Promise<void>;
  /** All bookings of an order. */
  shipments(orderId: string): Promise<Shipment[]>;
}
