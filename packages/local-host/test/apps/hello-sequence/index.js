"use strict";
const df = require("durable-functions");

df.app.activity("sayHello", { handler: (city) => `Hello ${city}!` });

/** Function chaining: one city after the other. */
df.app.orchestration("helloSequence", function* (context) {
  const greetings = [];
  for (const city of ["Tokyo", "Seattle", "Cairo"]) {
    greetings.push(yield context.df.callActivity("sayHello", city));
  }
  return greetings;
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
