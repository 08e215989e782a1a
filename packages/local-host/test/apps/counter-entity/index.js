"use strict";
const { app } = require("@azure/functions");
const df = require("durable-functions");

df.app.entity("counter", (context) => {
  const value = context.df.getState(() => 0);
  const { operationName } = context.df;
  if (operationName === "add") context.df.setState(value + context.df.getInput());
  else if (operationName === "reset") context.df.setState(0);
  else if (operationName === "get") context.df.return(value);
  else throw new Error(`A counter cannot ${operationName}`);
});

/** Adds one if the counter is below ten, and returns the old and the new value. */
df.app.orchestration("countUpToTen", function* (context) {
  const id = new df.EntityId("counter", context.df.getInput());
  const before = yield context.df.callEntity(id, "get");
  if (before < 10) yield context.df.callEntity(id, "add", 1);
  const after = yield context.df.callEntity(id, "get");
  return { before, after };
});

app.http("signal", {
  route: "counters/{key}/{operation}",
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const { key, operation } = request.params;
    const text = await request.text();
    const input = text === "" ? undefined : JSON.parse(text);
    await df.getClient(context).signalEntity(new df.EntityId("counter", key), operation, input);
    return { status: 202 };
  },
});

app.http("read", {
  route: "counters/{key}",
  methods: ["GET"],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const state = await df.getClient(context).readEntityState(new df.EntityId("counter", request.params.key));
    return state.entityExists ? { jsonBody: { value: state.entityState } } : { status: 404 };
  },
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
