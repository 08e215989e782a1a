// The app that every version of the libraries must run. CommonJS, because all of them support it.
const { app } = require("@azure/functions");
const df = require("durable-functions");

// Streaming came with @azure/functions 4.3.
app.setup?.({ enableHttpStream: true });

df.app.activity("addOne", { handler: (number) => number + 1 });

df.app.orchestration("chain", function* (context) {
  const once = yield context.df.callActivity("addOne", 1);
  return yield context.df.callActivity("addOne", once);
});

df.app.orchestration("timer", function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
  return "rang";
});

df.app.entity("counter", (context) => {
  const count = context.df.getState(() => 0) + context.df.getInput();
  context.df.setState(count);
  context.df.return(count);
});

df.app.orchestration("entity", function* (context) {
  return yield context.df.callEntity(new df.EntityId("counter", context.df.instanceId), "add", 5);
});

// In the query: with streaming, @azure/functions 4.3 has no route values.
app.http("start", {
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    return client.createCheckStatusResponse(request, await client.startNew(request.query.get("name")));
  },
});

app.http("canStream", { handler: () => ({ status: app.setup === undefined ? 404 : 200 }) });

// The second chunk is sent when the client has confirmed the first one.
let release;
app.http("stream", {
  handler: () => {
    const released = new Promise((resolve) => (release = resolve));
    async function* pieces() {
      yield Buffer.from("first");
      await released;
      yield Buffer.from("second");
    }
    return { body: ReadableStream.from(pieces()) };
  },
});
app.http("release", {
  handler: () => {
    release();
    return {};
  },
});
