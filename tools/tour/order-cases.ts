/** An order that shows one path through the saga. */
export interface OrderCase {
  readonly title: string;
  readonly sku?: string;
  readonly token?: string;
  readonly postalCode?: string;
  readonly country?: string;
  readonly email?: string;
  readonly ends: { readonly kind: string; readonly undone?: readonly string[] } | { readonly error: string };
}

export const ORDER_CASES: readonly OrderCase[] = [
  { title: "everything works", ends: { kind: "confirmed" } },
  { title: "two faults at the card processor, retried", token: "tok_flaky", ends: { kind: "confirmed" } },
  { title: "a sku that does not exist", sku: "no-such-print", ends: { kind: "unknownProduct", undone: [] } },
  { title: "out of stock", sku: "calendar-2020", ends: { kind: "outOfStock", undone: [] } },
  {
    title: "the card is declined",
    token: "tok_declined",
    ends: { kind: "paymentDeclined", undone: ["releaseStock"] },
  },
  {
    title: "no carrier delivers there",
    postalCode: "00000",
    ends: { kind: "undeliverable", undone: ["refundPayment", "releaseStock"] },
  },
  { title: "the card processor is down", token: "tok_down", ends: { error: "paymentUnavailable" } },
  {
    title: "the sale is recorded, but its answer is lost: the last step that can be undone",
    country: "ZZ",
    ends: { error: "journalUnavailable" },
  },
  {
    title: "after the point of no return: the outbox fails, and the order stays confirmed",
    email: "away@example.com",
    ends: { kind: "confirmed" },
  },
];

/** The body of the request. */
export function orderOf(it: Omit<OrderCase, "title" | "ends">, sku: string) {
  return {
    customer: { name: "Sample Customer", email: it.email ?? "customer@example.com" },
    shipTo: {
      name: "Sample Customer",
      street: "Example Street 1",
      postalCode: it.postalCode ?? "10115",
      city: "Berlin",
      country: it.country ?? "DE",
    },
    lines: [{ sku: it.sku ?? sku, quantity: 2 }],
    payment: { token: it.token ?? "tok_ok" },
  };
}
