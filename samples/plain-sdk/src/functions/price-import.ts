/** Error handling and retry: a line that still fails after its retries takes back the lines before it. */
import * as df from "durable-functions";
import { catalog, type Price } from "../shop.ts";

// Milliseconds: three attempts, with pauses of 5 and 10 seconds.
const retry = new df.RetryOptions(5_000, 3);
retry.backoffCoefficient = 2;

df.app.orchestration("priceImport", function* (context) {
  const lines = context.df.getInput<Price[]>();
  const before: Price[] = [];
  try {
    for (const line of lines) {
      const cents: number = yield context.df.callActivityWithRetry("setPrice", retry, line);
      before.push({ sku: line.sku, cents });
    }
  } catch (error) {
    // Compensation: restores the earlier prices, the last change first.
    for (const price of before.toReversed()) {
      yield context.df.callActivityWithRetry("setPrice", retry, price);
    }
    throw error;
  }
  return { applied: lines.length };
});

df.app.activity("setPrice", { handler: ({ sku, cents }: Price) => catalog.setPrice(sku, cents) });

df.app.client.http("startPriceImport", {
  route: "price-imports",
  methods: ["POST"],
  handler: async (request, client) => {
    const instanceId = await client.startNew("priceImport", { input: await request.json() });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
