/** Monitor: checks a parcel at intervals, until it is delivered or 30 days have passed. */
import * as df from "durable-functions";
import { carrier, outbox, type Watch } from "../shop.ts";

// Milliseconds: three attempts, with pauses of 5 and 10 seconds.
const retry = new df.RetryOptions(5_000, 3);
retry.backoffCoefficient = 2;

const DAY = 24 * 3_600_000;

df.app.orchestration("watch", function* (context) {
  const { parcel, notify, everySeconds } = context.df.getInput<Watch>();
  const deadline = context.df.currentUtcDateTime.getTime() + 30 * DAY;
  while (context.df.currentUtcDateTime.getTime() < deadline) {
    const state: string = yield context.df.callActivityWithRetry("checkShipment", retry, parcel);
    context.df.setCustomStatus(state);
    if (state === "delivered") {
      yield context.df.callActivityWithRetry("mailShipmentNews", retry, { notify, parcel });
      return state;
    }
    const nextCheck = context.df.currentUtcDateTime.getTime() + everySeconds * 1_000;
    yield context.df.createTimer(new Date(nextCheck));
  }
  return "overdue";
});

df.app.activity("checkShipment", { handler: (parcel: string) => carrier.stateOf(parcel) });
df.app.activity("mailShipmentNews", {
  handler: ({ notify, parcel }) => outbox.send(notify, `${parcel} is here`),
});

df.app.client.http("startWatch", {
  route: "shipments/watch",
  methods: ["POST"],
  handler: async (request, client) => {
    const instanceId = await client.startNew("watch", { input: await request.json() });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
