import type { Api } from "./api.ts";
import { expectSame } from "./stop.ts";

/** Places an order for two large canvases and waits until it is confirmed; returns its id. */
export async function confirmedOrder(api: Api): Promise<string> {
  const { id, links } = await api.post<{ id: string; links: { self: string } }>("/api/orders", {
    customer: { name: "Sample Customer", email: "customer@example.com" },
    shipTo: {
      name: "Sample Customer",
      street: "Example Street 1",
      postalCode: "10115",
      city: "Berlin",
      country: "DE",
    },
    lines: [{ sku: "canvas-60x80", quantity: 2 }],
    payment: { token: "tok_ok" },
  });
  const order = await api.watch<unknown, { kind: string }>(links.self);
  expectSame("an order", order.result?.kind, "confirmed");
  return id;
}
