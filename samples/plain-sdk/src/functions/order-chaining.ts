/** Function chaining: each step uses what the steps before it have returned. */
import * as df from "durable-functions";
import { bank, carrier, catalog, type Order, outbox } from "../shop.ts";

// Milliseconds: three attempts, with pauses of 5 and 10 seconds.
const retry = new df.RetryOptions(5_000, 3);
retry.backoffCoefficient = 2;

df.app.orchestration("order", function* (context) {
  const { lines, token, address } = context.df.getInput<Order>();
  const total: number = yield context.df.callActivity("priceOrder", lines);
  yield context.df.callActivityWithRetry("chargePayment", retry, { total, token });
  let parcel: string;
  try {
    parcel = yield context.df.callActivityWithRetry("bookShipment", retry, address);
  } catch (error) {
    // Compensation: the customer gets the money back, and the order fails.
    yield context.df.callActivityWithRetry("refundPayment", retry, total);
    throw error;
  }
  yield context.df.callActivityWithRetry("sendConfirmation", retry, { address, parcel });
  return { total, parcel };
});

df.app.activity("priceOrder", { handler: (lines: Order["lines"]) => catalog.total(lines) });
df.app.activity("chargePayment", { handler: ({ total, token }) => bank.charge(total, token) });
df.app.activity("bookShipment", { handler: (address: string) => carrier.book(address) });
df.app.activity("refundPayment", { handler: (total: number) => bank.giveBack(total) });
df.app.activity("sendConfirmation", { handler: ({ address, parcel }) => outbox.send(address, parcel) });

df.app.client.http("startOrder", {
  route: "orders",
  methods: ["POST"],
  handler: async (request, client) => {
    const instanceId = await client.startNew("order", { input: await request.json() });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
