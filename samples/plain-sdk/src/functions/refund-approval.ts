/** Human interaction: a refund waits for a decision. After its time it goes to the next approver, then it expires. */
import * as df from "durable-functions";
import { bank, outbox, type Refund } from "../shop.ts";

// Milliseconds: three attempts, with pauses of 5 and 10 seconds.
const retry = new df.RetryOptions(5_000, 3);
retry.backoffCoefficient = 2;

df.app.orchestration("refund", function* (context) {
  const { approvers, cents, hours } = context.df.getInput<Refund>();
  for (const approver of approvers) {
    yield context.df.callActivityWithRetry("askForDecision", retry, { approver, cents });

    const due = context.df.currentUtcDateTime.getTime() + hours * 3_600_000;
    const timeout = context.df.createTimer(new Date(due));
    const decided = context.df.waitForExternalEvent("decided");
    const winner: df.Task = yield context.df.Task.any([decided, timeout]);
    if (winner === timeout) continue;

    timeout.cancel(); // otherwise the instance stays Running until the timer fires
    if (decided.result !== "approve") return "rejected";
    yield context.df.callActivityWithRetry("giveMoneyBack", retry, cents);
    return "approved";
  }
  return "expired";
});

df.app.activity("askForDecision", {
  handler: ({ approver, cents }) => outbox.send(approver, `${cents} cents?`),
});
df.app.activity("giveMoneyBack", { handler: (cents: number) => bank.giveBack(cents) });

df.app.client.http("startRefund", {
  route: "refunds",
  methods: ["POST"],
  handler: async (request, client) => {
    const instanceId = await client.startNew("refund", { input: await request.json() });
    return client.createCheckStatusResponse(request, instanceId); // sendEventPostUri takes the decision
  },
});
