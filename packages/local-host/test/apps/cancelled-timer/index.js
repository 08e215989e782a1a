"use strict";
const df = require("durable-functions");

df.app.activity("quickWork", { handler: () => "done" });

/** Work against a time-out of a day. A timer that is not cancelled keeps the instance running to its end. */
df.app.orchestration("workInTime", function* (context) {
  const { cancel } = context.df.getInput();
  const timeout = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 86_400_000));
  const work = context.df.callActivity("quickWork");
  const winner = yield context.df.Task.any([work, timeout]);
  if (winner === timeout) return "too late";
  if (cancel) timeout.cancel();
  return work.result;
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
