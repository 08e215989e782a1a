/** A valid order, and ways to change it. */
export interface OrderBody {
  customer: { name: string; email: string };
  shipTo: { name: string; street: string; postalCode: string; city: string; country: string };
  lines: { sku: string; quantity: number }[];
  payment: { token: string };
}

export function anOrder({
  token = "tok_ok",
  postalCode = "10115",
  sku = "mug-300",
  country = "DE",
  email = "customer@example.com",
}: {
  token?: string;
  postalCode?: string;
  sku?: string;
  country?: string;
  email?: string;
} = {}): OrderBody {
  return {
    customer: { name: "Sample Customer", email },
    shipTo: {
      name: "Sample Customer",
      street: "Example Street 1",
      postalCode,
      city: "Berlin",
      country,
    },
    lines: [
      { sku, quantity: 2 },
      { sku: "book-a4-24", quantity: 1 },
      { sku, quantity: 1 },
    ],
    payment: { token },
  };
}

/** A copy of the order with a value at a JSON pointer; `undefined` removes the field. */
export function withValue(pointer: string, value: unknown): unknown {
  const order: unknown = structuredClone(anOrder());
  const path = pointer.split("/").slice(1);
  const last = path.pop() ?? "";
  const parent = path.reduce((inner, key) => (inner as Record<string, unknown>)[key], order);
  Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  return order;
}
