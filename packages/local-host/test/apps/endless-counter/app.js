import * as df from "durable-functions";

/** Counts once an hour and never ends: each round starts with an empty history. */
df.app.orchestration("countHours", function* (context) {
  const { hours } = context.df.getInput();
  context.df.setCustomStatus({ hours });
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  context.df.continueAsNew({ hours: hours + 1 });
});

/** Counts by events, round after round, until an event ends it. */
df.app.orchestration("countEvents", function* (context) {
  const { count } = context.df.getInput();
  context.df.setCustomStatus({ count });
  const operation = yield context.df.waitForExternalEvent("operation");
  if (operation === "end") return count;
  context.df.continueAsNew({ count: operation === "increment" ? count + 1 : count - 1 });
  return undefined;
});

df.app.client.http("start", {
  route: "orchestrators/{name}",
  methods: ["POST"],
  handler: async (request, client) => {
    const text = await request.text();
    const input = text === "" ? undefined : JSON.parse(text);
    const instanceId = await client.startNew(request.params.name, { input });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
