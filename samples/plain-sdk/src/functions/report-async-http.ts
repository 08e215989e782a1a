/** Async HTTP API: the POST returns 202 with addresses, which the caller polls until the report is done. */
import * as df from "durable-functions";
import { journal, type Sale } from "../shop.ts";

// Milliseconds: three attempts, with pauses of 5 and 10 seconds.
const retry = new df.RetryOptions(5_000, 3);
retry.backoffCoefficient = 2;

df.app.orchestration("report", function* (context) {
  const days = context.df.getInput<string[]>();
  const sales: Sale[] = [];
  for (const [done, day] of days.entries()) {
    context.df.setCustomStatus({ percent: Math.round((100 * done) / days.length) });
    const salesOfDay: Sale[] = yield context.df.callActivityWithRetry("readSales", retry, day);
    sales.push(...salesOfDay);
  }
  const csv: string = yield context.df.callActivityWithRetry("writeReport", retry, sales);
  context.df.setCustomStatus({ percent: 100 });
  return csv;
});

df.app.activity("readSales", { handler: (day: string) => journal.sales(day) });

df.app.activity("writeReport", {
  handler: (sales: Sale[]) =>
    ["sku,quantity,cents", ...sales.map((sale) => `${sale.sku},${sale.quantity},${sale.cents}`)].join("\r\n"),
});

df.app.client.http("startReport", {
  route: "reports",
  methods: ["POST"],
  handler: async (request, client) => {
    const instanceId = await client.startNew("report", { input: await request.json() });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
